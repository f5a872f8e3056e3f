package shop

import (
	"testing"

	"example.com/shop/totals"
)

func TestSum(t *testing.T) {
	if got := totals.Sum([]int{1, 2}); got != 3 {
		t.Fatalf("got %d", got)
	}
}

func TestMean(t *testing.T) {
	if got := totals.Mean([]int{1, 3}); got != 2 {
		t.Fatalf("got %d", got)
	}
}
