(use_declaration argument: (_) @path) @import
(mod_item name: (identifier) @path !body) @import
