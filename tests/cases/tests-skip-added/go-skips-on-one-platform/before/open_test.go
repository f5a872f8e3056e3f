package fares

import "testing"

func TestOpens(t *testing.T) {
	if err := Open(); err != nil {
		t.Fatal(err)
	}
}
