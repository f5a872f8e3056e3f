package half

func Half(n int) int {
	return n / 2
}
