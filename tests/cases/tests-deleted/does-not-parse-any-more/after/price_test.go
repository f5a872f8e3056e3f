package fares

import "testing"

func TestShortRide(t *testing.T) {
	if got := Price(2; got != 300 {
		t.Errorf("got %d", got)
	}
}

func TestRideAtNight(t *testing.T) {
	if got := PriceAt(2, 23); got != 600 {
		t.Errorf("got %d at night", got)
	}
}
