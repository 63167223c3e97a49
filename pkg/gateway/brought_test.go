package gateway

import (
	"strconv"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream"
	"github.com/stretchr/testify/require"
)

func TestAddressesThatCallersNameAreKeptUpToANumber(t *testing.T) {
	v := &visits{open: make(map[string]*visit)}
	made := 0
	to := func(i int) *upstream.Origin {
		o, err := v.to(strconv.Itoa(i), func() (*upstream.Origin, error) {
			made++
			return upstream.NewOrigin(upstream.Options{URL: "http://127.0.0.1:1"})
		})
		require.NoError(t, err)
		return o
	}
	first := to(0)
	for i := range visitsMax {
		require.NotNil(t, to(i))
	}
	require.Same(t, first, to(0))
	require.Equal(t, visitsMax, made)
	to(visitsMax) // the one that was asked for the longest ago makes room
	require.Len(t, v.open, visitsMax)
	require.Same(t, first, to(0))
	v.close()
	require.Empty(t, v.open)
}
