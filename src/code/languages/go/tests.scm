(call_expression) @call
(if_statement condition: (_) @condition consequence: (block) @branch)
(if_statement alternative: (block) @branch)
(expression_case) @branch
(default_case) @branch
(type_case) @branch
(communication_case) @branch
