(import_statement . (string) @path) @import
(import_statement (import_clause (identifier) @alias) source: (string) @path) @import
(import_statement (import_clause (namespace_import (identifier) @alias)) source: (string) @path) @import
(import_statement
  (import_clause (named_imports (import_specifier name: (_) @item alias: (_)? @alias)))
  source: (string) @path) @import
(export_statement source: (string) @path) @import
(call_expression function: (import) arguments: (arguments . (string) @path)) @import
(call_expression function: (identifier) @_require arguments: (arguments . (string) @path) (#eq? @_require "require")) @import
