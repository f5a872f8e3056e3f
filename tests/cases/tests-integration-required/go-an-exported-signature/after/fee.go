package fee

// Fee is the fee.
func Fee(n int, rate int) int {
	return n / rate
}
