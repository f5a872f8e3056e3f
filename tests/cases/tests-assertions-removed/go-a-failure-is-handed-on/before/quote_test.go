package fares

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEachQuote(t *testing.T) {
	out := NewBook()
	err := EachQuote(func(quote Quote) error {
		err := out.Write(quote)
		require.NoError(t, err)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 3, out.Size())
}
