(function_declaration
  name: (identifier) @name
  parameters: (parameter_list) @params
  result: (_)? @returns
  body: (block)? @body) @def.function

(method_declaration
  receiver: (parameter_list
    (parameter_declaration
      type: [
        (type_identifier) @owner
        (pointer_type (type_identifier) @owner)
        (generic_type type: (type_identifier) @owner)
        (pointer_type (generic_type type: (type_identifier) @owner))
      ]))
  name: (field_identifier) @name
  parameters: (parameter_list) @params
  result: (_)? @returns
  body: (block)? @body) @def.function

(type_declaration (type_spec name: (type_identifier) @name type: (struct_type) @body) @def.struct)
(type_declaration (type_spec name: (type_identifier) @name type: (interface_type) @body) @def.interface)
(type_declaration (type_alias name: (type_identifier) @name type: (_) @body) @def.type)
(type_declaration
  (type_spec
    name: (type_identifier) @name
    type: [(type_identifier) (qualified_type) (pointer_type) (slice_type) (array_type) (map_type) (channel_type) (function_type) (generic_type)] @body) @def.type)

(const_spec name: (identifier) @name) @def.constant
(var_spec name: (identifier) @name) @def.constant
(field_declaration name: (field_identifier) @name) @def.field
(method_elem name: (field_identifier) @name parameters: (parameter_list) @params result: (_)? @returns) @def.function
(package_clause (package_identifier) @package)
