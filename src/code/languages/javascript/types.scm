; what TypeScript adds
(abstract_class_declaration) @def.class
(abstract_method_signature) @def.function
(interface_declaration) @def.interface
(method_signature) @def.function
(property_signature) @def.field
(type_alias_declaration) @def.type
(enum_declaration) @def.enum
(enum_body (property_identifier) @def.variant)
(enum_assignment) @def.variant
(internal_module) @def.module
(public_field_definition) @def.field
(function_signature) @def.function
