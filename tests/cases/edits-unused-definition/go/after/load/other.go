package load

func backoffTwice() {}

var _ = backoffTwice
