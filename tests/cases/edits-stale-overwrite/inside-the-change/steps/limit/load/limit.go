package load

// Limit gives how many lines are read.
func Limit(asked int) int {
	if asked > 1000 {
		return 1000
	}
	return asked
}
