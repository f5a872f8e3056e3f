package rate

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHeader(t *testing.T) {
	require.Equal(t, "max-age=60", header("https", 60))
	require.Equal(t, "", header("http", 60))
	require.Equal(t, "", header("https", 0))
}
