package load

// Wait gives how long to wait.
func Wait() int {
	return backoff(1)
}
