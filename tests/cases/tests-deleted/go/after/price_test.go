package fares

import "testing"

func TestShortRide(t *testing.T) {
	if got := Price(2); got != 300 {
		t.Errorf("got %d", got)
	}
}
