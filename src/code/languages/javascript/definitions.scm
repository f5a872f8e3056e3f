(function_declaration) @def.function
(generator_function_declaration) @def.function
(method_definition) @def.function
(variable_declarator) @def.constant
(class_declaration) @def.class
(export_statement) @export
(assignment_expression) @export
