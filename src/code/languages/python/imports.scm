(import_statement name: (dotted_name) @path) @import
(import_statement name: (aliased_import name: (dotted_name) @path alias: (_) @alias)) @import
(import_from_statement module_name: (_) @path name: (dotted_name) @item) @import
(import_from_statement module_name: (_) @path name: (aliased_import name: (dotted_name) @item alias: (_) @alias)) @import
(import_from_statement module_name: (_) @path (wildcard_import) @item) @import
