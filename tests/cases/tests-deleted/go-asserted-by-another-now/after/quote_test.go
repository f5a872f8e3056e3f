package fares

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQuote(t *testing.T) {
	quote := QuoteFor(2)
	require.Equal(t, 300, quote.Cents)
	quote2 := QuoteFor(2, AtNight())
	require.Equal(t, 600, quote2.Cents)
}
