package log

// Line writes a line.
func Line(text string) string { return text + "\n" }
