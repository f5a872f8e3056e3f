(assert_statement . (_) @condition) @assert
