package fares

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProxyTellsTheClient(t *testing.T) {
	request := Ask("10.0.0.1")
	require.Equal(t, clientIP, request.Get("X-Real-IP"))
}
