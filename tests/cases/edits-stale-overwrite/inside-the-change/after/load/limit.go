package load

// Limit gives how many lines are read.
func Limit(asked int) int {
	return asked
}
