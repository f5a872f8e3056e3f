package client

func Old() int {
	return 1
}

func New() int {
	return 1
}
