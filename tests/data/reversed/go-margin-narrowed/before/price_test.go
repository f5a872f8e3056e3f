package fares

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAverage(t *testing.T) {
	require.InDelta(t, 336.33, Average(300, 410, 299), 50)
}
