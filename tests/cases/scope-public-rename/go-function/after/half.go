package half

func Halve(n int) int {
	return n / 2
}
