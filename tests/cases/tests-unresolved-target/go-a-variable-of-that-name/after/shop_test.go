package shop

import (
	"testing"

	"example.com/shop/totals"
)

type till struct{}

func (till) Mean() int { return totals.Sum([]int{2}) }

func TestMean(t *testing.T) {
	totals := till{}
	if got := totals.Mean(); got != 2 {
		t.Fatalf("got %d", got)
	}
}
