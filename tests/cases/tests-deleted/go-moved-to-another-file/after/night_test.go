package fares

import "testing"

func TestRideAtNight(t *testing.T) {
	if got := PriceAt(2, 23); got != 600 {
		t.Errorf("got %d at night", got)
	}
}
