(package_declaration [(scoped_identifier) (identifier)] @package)
(class_declaration
  name: (identifier) @name
  superclass: (superclass (_) @base)?
  body: (class_body) @body) @def.class
(record_declaration name: (identifier) @name parameters: (formal_parameters) @params body: (class_body) @body) @def.struct
(interface_declaration name: (identifier) @name body: (interface_body) @body) @def.interface
(annotation_type_declaration name: (identifier) @name body: (_) @body) @def.interface
(enum_declaration name: (identifier) @name body: (enum_body) @body) @def.enum
(enum_constant name: (identifier) @name) @def.variant
(method_declaration
  type: (_) @returns
  name: (identifier) @name
  parameters: (formal_parameters) @params
  body: (block)? @body) @def.function
(constructor_declaration
  name: (identifier) @name
  parameters: (formal_parameters) @params
  body: (constructor_body) @body) @def.function
(field_declaration declarator: (variable_declarator name: (identifier) @name value: (_)? @body)) @def.field
(constant_declaration declarator: (variable_declarator name: (identifier) @name value: (_)? @body)) @def.constant

(class_declaration (modifiers [(annotation) (marker_annotation)] @decorator)) @decorated
(method_declaration (modifiers [(annotation) (marker_annotation)] @decorator)) @decorated
(field_declaration (modifiers [(annotation) (marker_annotation)] @decorator)) @decorated
