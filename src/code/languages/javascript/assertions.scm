; an assertion may have no brackets: `expect(x).to.be.true;`
(expression_statement) @property
