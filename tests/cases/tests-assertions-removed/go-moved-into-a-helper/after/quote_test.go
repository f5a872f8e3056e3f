package fares

import "testing"

func TestQuote(t *testing.T) {
	sameQuote(t, QuoteFor(2), 300, "EUR")
}

func sameQuote(t *testing.T, quote Quote, cents int, currency string) {
	t.Helper()
	if quote.Cents != cents {
		t.Errorf("got %d", quote.Cents)
	}
	if quote.Currency != currency {
		t.Errorf("paid in %s", quote.Currency)
	}
}
