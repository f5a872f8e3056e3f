(use_declaration) @import
(mod_item) @import
