package half

func Half(n int, by int) int {
	return n / 2
}
