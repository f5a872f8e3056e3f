package fares

import "testing"

import "github.com/stretchr/testify/require"

func TestQuote(t *testing.T) {
	quote := QuoteFor(2)
	require.Equal(t, 300, quote.Cents)
	quote2 := QuoteFor(9)
	require.Equal(t, 1200, quote2.Cents)
}
