(call_expression) @call
(new_expression) @call
(if_statement condition: (_) @condition consequence: (_) @branch)
(if_statement alternative: (_) @branch)
(catch_clause) @branch
(switch_case) @branch
(switch_default) @branch
(ternary_expression) @branch
