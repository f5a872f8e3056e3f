(call_expression) @call
(macro_invocation) @call
(if_expression) @branch
(else_clause) @branch
(match_block) @branch
