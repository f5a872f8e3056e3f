module example.org/half

go 1.22
