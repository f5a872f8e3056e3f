package fares

import "testing"

func TestQuote(t *testing.T) {
	quote := QuoteFor(2)
	if quote.Cents != 300 {
		t.Errorf("got %d", quote.Cents)
	}
	if quote.Currency != "EUR" {
		t.Errorf("paid in %s", quote.Currency)
	}
}
