package half

func Half(n int) int {
	return n / 2
}

func Third(n int) int {
	return n / 3
}
