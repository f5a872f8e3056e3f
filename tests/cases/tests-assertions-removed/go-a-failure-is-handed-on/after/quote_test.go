package fares

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEachQuote(t *testing.T) {
	out := NewBook()
	err := EachQuote(func(quote Quote) error {
		if err := out.Write(quote); err != nil {
			return err
		}
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 3, out.Size())
}
