(import_declaration [(scoped_identifier) (identifier)] @path (asterisk)? @item) @import
