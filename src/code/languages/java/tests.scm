(method_invocation) @call
(object_creation_expression) @call
(if_statement condition: (_) @condition consequence: (_) @branch)
(if_statement alternative: (_) @branch)
(catch_clause) @branch
(switch_block_statement_group) @branch
(switch_rule) @branch
