package half

// half of it

func Half(n int) int {
	return n / 2
}
