package rate

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHeader(t *testing.T) {
	tests := []struct {
		name   string
		scheme string
		age    int
		want   string
	}{
		{name: "secure", scheme: "https", age: 60, want: "max-age=60"},
		{name: "plain", scheme: "http", age: 60},
		{name: "without an age", scheme: "https"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, header(tt.scheme, tt.age))
		})
	}
}
