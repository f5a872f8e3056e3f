; calls, and code that runs only sometimes
(call) @call
(if_statement condition: (_) @condition consequence: (block) @branch)
(elif_clause condition: (_) @condition consequence: (block) @branch)
(else_clause body: (block) @branch)
(except_clause) @branch
(case_clause) @branch
(conditional_expression) @branch
