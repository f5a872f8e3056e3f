; where a class is plain JavaScript
(class_declaration
  name: (identifier) @name
  (class_heritage (_) @base)?
  body: (class_body) @body) @def.class
(field_definition property: (_) @name value: (_)? @body) @def.field
