package fares

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnknownZone(t *testing.T) {
	_, err := PriceIn("Z", 2)
	require.Error(t, err)
}
