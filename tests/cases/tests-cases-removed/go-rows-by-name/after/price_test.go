package price

import "testing"

func TestPrice(t *testing.T) {
	cases := map[string]struct{ n, want int }{
		"small": {1, 10},
		"big":   {20, 180},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Price(tc.n); got != tc.want {
				t.Errorf("Price(%d) = %d, want %d", tc.n, got, tc.want)
			}
		})
	}
}
