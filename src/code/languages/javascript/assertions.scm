; assertions without brackets: `expect(x).to.be.true`
(expression_statement (member_expression) @property)
(expression_statement (await_expression (member_expression) @property))
