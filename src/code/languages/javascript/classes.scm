(field_definition) @def.field
