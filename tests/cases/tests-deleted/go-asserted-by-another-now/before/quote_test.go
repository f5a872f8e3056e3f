package fares

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQuoteInTheMiddleOfTheNight(t *testing.T) {
	rider := NewRider("ann", "night")
	driver := NewDriver("bob", 4)
	quote := AskFor(rider, driver, "home")
	require.Equal(t, 600, quote.Cents)
}

func TestQuote(t *testing.T) {
	quote := QuoteFor(2)
	require.Equal(t, 300, quote.Cents)
}
