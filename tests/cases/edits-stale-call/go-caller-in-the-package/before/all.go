package mail

func all() string {
	return send("a")
}
