package fares

import "testing"

func TestPrice(t *testing.T) {
	for _, ride := range []struct{ distance, price int }{{2, 300}, {40, 4100}} {
		if got := Price(ride.distance); got != ride.price {
			t.Errorf("got %d", got)
		}
	}
}
