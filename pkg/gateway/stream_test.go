package gateway

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExtendJoinsNeighboursWithoutCopying(t *testing.T) {
	b := []byte("onetwothree")
	out, ok := extend(nil, b[:3])
	require.True(t, ok)
	out, ok = extend(out, b[3:6])
	require.True(t, ok)
	require.Equal(t, "onetwo", string(out))
	_, ok = extend(out, []byte("three"))
	require.False(t, ok)
	_, ok = extend(b[:3], b[6:])
	require.False(t, ok, "there is a gap between them")
	out, ok = extend(b[:6], b[6:])
	require.True(t, ok)
	require.Equal(t, &b[0], &out[0])
}
