(comment) @comment
[(string) (template_string)] @string
