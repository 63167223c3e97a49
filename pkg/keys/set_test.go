package keys

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func set(t testing.TB, weights ...float64) *Set {
	t.Helper()
	keys := make([]Key, len(weights))
	for i, w := range weights {
		keys[i] = Key{ID: strconv.Itoa(i), Weight: w}
	}
	s, err := New(keys)
	require.NoError(t, err)
	return s
}

func TestSharesFollowWeights(t *testing.T) {
	s := set(t, 70, 20, 10)
	var picked [3]int
	for range 10000 {
		picked[s.Pick(0, 7, 1)]++
	}
	require.InDelta(t, 7000, picked[0], 3)
	require.InDelta(t, 2000, picked[1], 3)
	require.InDelta(t, 1000, picked[2], 3)
}
