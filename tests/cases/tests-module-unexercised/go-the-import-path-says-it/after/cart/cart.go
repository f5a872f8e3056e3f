package cart

// Of is the part of it.
func Of(n int) int {
	return n / 4
}
