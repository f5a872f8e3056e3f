package half

func ten() *int {
	n := 10
	return &n
}
