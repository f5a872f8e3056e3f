package fee

// Fee is the fee.
func Fee(n int) int {
	return n / 50
}
