package half

// Half of it.
func Half(n int) int {
	return n / 2
}
