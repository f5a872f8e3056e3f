package mail

func all() string {
	// greets
	return send("a")
}
