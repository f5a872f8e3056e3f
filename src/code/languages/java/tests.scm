(method_invocation) @call
(object_creation_expression) @call
(if_statement) @branch
(catch_clause) @branch
(switch_block_statement_group) @branch
(switch_rule) @branch
