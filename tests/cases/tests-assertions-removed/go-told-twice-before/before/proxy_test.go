package fares

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProxyTellsTheClient(t *testing.T) {
	request := Ask("10.0.0.1")
	value := request.Get("X-Real-IP")
	require.Equal(t, clientIP, value)
	require.NotEqual(t, spoofedIP, value)
}
