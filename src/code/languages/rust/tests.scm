(call_expression) @call
(macro_invocation) @call
(if_expression condition: (_) @condition consequence: (block) @branch)
(else_clause) @branch
(match_arm) @branch
