(assert_statement) @assert
