package fares

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQuoteHasNoNote(t *testing.T) {
	quote := QuoteFor(2)
	require.Equal(t, "", quote.Note)
}
