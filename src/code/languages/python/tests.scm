; calls, and code that runs only sometimes
(call) @call
(if_statement) @branch
(elif_clause) @branch
(else_clause) @branch
(except_clause) @branch
(case_clause) @branch
(conditional_expression) @branch
