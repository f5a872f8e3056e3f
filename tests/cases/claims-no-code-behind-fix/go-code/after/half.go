package half

func Half(n int) int {
	return n / (1 + 1)
}
