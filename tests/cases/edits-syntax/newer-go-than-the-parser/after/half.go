package half

func ten() *int {
	return new(10)
}
