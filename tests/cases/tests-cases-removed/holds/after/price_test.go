package price

import "testing"

func TestPrice(t *testing.T) {
	cases := []struct {
		n    int
		want int
	}{
		{1, 10},
		{11, 99},
		{20, 180},
	}
	for _, tc := range cases {
		if got := Price(tc.n); got != tc.want {
			t.Errorf("Price(%d) = %d, want %d", tc.n, got, tc.want)
		}
	}
}
