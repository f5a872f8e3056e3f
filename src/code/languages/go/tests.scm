(call_expression) @call
(if_statement) @branch
(expression_case) @branch
(default_case) @branch
(type_case) @branch
(communication_case) @branch
