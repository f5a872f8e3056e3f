package totals

import "testing"

func TestAdds(t *testing.T) {
	if Total([]int{1, 2}) != 3 {
		t.Fatal("not 3")
	}
}

func TestIsMore(t *testing.T) {
	if Total([]int{1, 2}) < 3 {
		t.Fatal("too little")
	}
}
