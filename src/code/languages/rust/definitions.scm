; only for files that syn refuses
(function_item) @def.function
(function_signature_item) @def.function
(struct_item) @def.struct
(union_item) @def.struct
(enum_item) @def.enum
(enum_variant) @def.variant
(field_declaration) @def.field
(trait_item) @def.trait
(type_item) @def.type
(const_item) @def.constant
(static_item) @def.constant
(mod_item) @def.module
(macro_definition) @def.macro
(impl_item) @scope
(attribute_item) @decorator
