package shop

import (
	"testing"

	"example.com/shop/sums"
)

func TestAdds(t *testing.T) {
	if sums.Total([]int{1, 2}) != 3 {
		t.Fatal("not 3")
	}
}
