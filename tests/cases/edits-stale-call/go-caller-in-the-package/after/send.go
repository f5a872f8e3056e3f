package mail

func send(to string, body string) string {
	return to + body
}
