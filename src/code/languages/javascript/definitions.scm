(function_declaration
  name: (identifier) @name
  parameters: (formal_parameters) @params
  body: (statement_block) @body) @def.function
(generator_function_declaration
  name: (identifier) @name
  parameters: (formal_parameters) @params
  body: (statement_block) @body) @def.function
(variable_declarator
  name: (identifier) @name
  value: [
    (arrow_function parameters: (formal_parameters) @params body: (_) @body)
    (arrow_function parameter: (identifier) @params body: (_) @body)
    (function_expression parameters: (formal_parameters) @params body: (_) @body)
    (generator_function parameters: (formal_parameters) @params body: (_) @body)
  ]) @def.function
(method_definition
  name: (_) @name
  parameters: (formal_parameters) @params
  body: (statement_block) @body) @def.function

(program (lexical_declaration (variable_declarator name: (identifier) @name
  value: [(string) (template_string) (number) (true) (false) (null) (array) (object) (call_expression) (new_expression)
          (member_expression) (binary_expression) (regex) (identifier)] @body) @def.constant))
(export_statement (lexical_declaration (variable_declarator name: (identifier) @name
  value: [(string) (template_string) (number) (true) (false) (null) (array) (object) (call_expression) (new_expression)
          (member_expression) (binary_expression) (regex) (identifier)] @body) @def.constant))

(export_statement declaration: (_) @public)
(export_statement declaration: (lexical_declaration (variable_declarator) @public))
(export_statement value: (_) @public)
(export_specifier name: (_) @exported)
(assignment_expression
  left: (member_expression object: (identifier) @_module property: (property_identifier) @_exports)
  right: (identifier) @exported (#eq? @_module "module") (#eq? @_exports "exports"))
(assignment_expression
  left: (member_expression object: (identifier) @_module property: (property_identifier) @_exports)
  right: (object [(shorthand_property_identifier) @exported (pair value: (identifier) @exported)])
  (#eq? @_module "module") (#eq? @_exports "exports"))
(assignment_expression
  left: (member_expression object: (identifier) @_exports)
  right: (identifier) @exported (#eq? @_exports "exports"))
