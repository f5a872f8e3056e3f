package load

// Load loads a file.
func Load(path string) string {
	return path
}

func backoff(attempt int) int {
	return attempt * 100
}
