; functions, methods and classes
(function_definition
  name: (identifier) @name
  parameters: (parameters) @params
  return_type: (_)? @returns
  body: (block) @body) @def.function

(class_definition
  name: (identifier) @name
  superclasses: (argument_list [(identifier) (attribute)] @base)?
  body: (block) @body) @def.class

; names of the module
(module (expression_statement (assignment left: (identifier) @name right: (_) @body) @def.constant))
(module (expression_statement (assignment left: (identifier) @_all right: [(list (string) @exported) (tuple (string) @exported)]))
  (#eq? @_all "__all__"))
(type_alias_statement left: (_) @name right: (_) @body) @def.type

; fields of classes
(class_definition body: (block (expression_statement (assignment left: (identifier) @name) @def.field)))

(decorated_definition (decorator) @decorator definition: (_) @decorated)
