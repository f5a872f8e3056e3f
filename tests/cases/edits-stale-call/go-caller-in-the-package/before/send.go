package mail

func send(to string) string {
	return to
}
