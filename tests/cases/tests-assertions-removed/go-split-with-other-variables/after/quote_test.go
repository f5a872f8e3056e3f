package fares

import "testing"

import "github.com/stretchr/testify/require"

func TestQuoteShort(t *testing.T) {
	quote := QuoteFor(2)
	require.Equal(t, 300, quote.Cents)
}

func TestQuoteLong(t *testing.T) {
	quote := QuoteFor(9)
	require.Equal(t, 1200, quote.Cents)
}
