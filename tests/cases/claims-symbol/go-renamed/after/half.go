package half

func Half(n int) int {
	return n / 2
}

func Quarter(n int) int {
	return n / 3
}
