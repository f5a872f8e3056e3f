package load

// Load loads a file.
func Load(path string) string {
	return path
}
