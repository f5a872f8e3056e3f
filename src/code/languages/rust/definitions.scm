; only for files that syn refuses
(function_item name: (identifier) @name parameters: (parameters) @params return_type: (_)? @returns body: (block) @body) @def.function
(function_signature_item name: (identifier) @name parameters: (parameters) @params return_type: (_)? @returns) @def.function
(struct_item name: (type_identifier) @name body: (_)? @body) @def.struct
(union_item name: (type_identifier) @name body: (_) @body) @def.struct
(enum_item name: (type_identifier) @name body: (_) @body) @def.enum
(enum_variant name: (identifier) @name body: (_)? @body) @def.variant
(field_declaration name: (field_identifier) @name type: (_)) @def.field
(trait_item name: (type_identifier) @name body: (_) @body) @def.trait
(type_item name: (type_identifier) @name type: (_) @body) @def.type
(const_item name: (identifier) @name value: (_)? @body) @def.constant
(static_item name: (identifier) @name value: (_)? @body) @def.constant
(mod_item name: (identifier) @name body: (declaration_list) @body) @def.module
(macro_definition name: (identifier) @name) @def.macro
(impl_item trait: (_)? @trait type: [(type_identifier) @name (generic_type type: (_) @name) (scoped_type_identifier name: (_) @name) (reference_type type: (_) @name)]) @scope

((attribute_item)+ @decorator . (function_item) @decorated)
((attribute_item)+ @decorator . (mod_item) @decorated)
((attribute_item)+ @decorator . (struct_item) @decorated)
((attribute_item)+ @decorator . (enum_item) @decorated)
