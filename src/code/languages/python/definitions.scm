(function_definition) @def.function
(class_definition) @def.class
(assignment) @def.constant
(type_alias_statement) @def.type
(decorated_definition) @decorated
