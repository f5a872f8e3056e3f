package fares

import (
	"runtime"
	"testing"
)

func TestOpens(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no sockets of this kind")
	}
	if err := Open(); err != nil {
		t.Fatal(err)
	}
}
