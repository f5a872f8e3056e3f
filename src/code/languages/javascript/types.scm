; what TypeScript adds
(class_declaration
  name: (type_identifier) @name
  (class_heritage (extends_clause value: (_) @base))?
  body: (class_body) @body) @def.class
(abstract_class_declaration
  name: (type_identifier) @name
  body: (class_body) @body) @def.class
(abstract_method_signature name: (_) @name parameters: (formal_parameters) @params return_type: (_)? @returns) @def.function
(interface_declaration name: (type_identifier) @name body: (_) @body) @def.interface
(interface_body (method_signature name: (_) @name parameters: (formal_parameters) @params return_type: (_)? @returns) @def.function)
(interface_body (property_signature name: (_) @name) @def.field)
(type_alias_declaration name: (type_identifier) @name value: (_) @body) @def.type
(enum_declaration name: (identifier) @name body: (enum_body) @body) @def.enum
(enum_body [(property_identifier) @name @def.variant (enum_assignment name: (_) @name) @def.variant])
(internal_module name: (_) @name body: (_) @body) @def.module
(public_field_definition name: (_) @name value: (_)? @body) @def.field
(function_signature name: (identifier) @name parameters: (formal_parameters) @params return_type: (_)? @returns) @def.function
