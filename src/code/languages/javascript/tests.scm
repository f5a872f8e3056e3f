(call_expression) @call
(new_expression) @call
(if_statement) @branch
(else_clause) @branch
(catch_clause) @branch
(switch_case) @branch
(switch_default) @branch
(ternary_expression) @branch
