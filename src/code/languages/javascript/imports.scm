(import_statement) @import
(export_statement) @import
