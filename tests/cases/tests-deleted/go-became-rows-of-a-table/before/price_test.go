package fares

import "testing"

func TestShortRide(t *testing.T) {
	if got := Price(2); got != 300 {
		t.Errorf("got %d", got)
	}
}

func TestLongRide(t *testing.T) {
	if got := Price(40); got != 4100 {
		t.Errorf("got %d", got)
	}
}
