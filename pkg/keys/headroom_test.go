package keys

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAKeyNearItsLimitsIsUsedLess(t *testing.T) {
	for _, tc := range []struct {
		percent int64
		share   float64 // of two keys of the same weight
	}{
		{100, 50}, {20, 50}, {10, 100. / 3}, {1, 100. / 21}, {0, 100. / 21}, {-5, 100. / 21},
	} {
		s := set(t, 1, 1)
		s.Headroom(0, tc.percent)
		require.InDelta(t, tc.share, shares(s, 10000, func() uint64 { return everyKey })[0], 0.1, "%d percent", tc.percent)
		s.Headroom(0, 50)
		require.InDelta(t, 50, shares(s, 10000, func() uint64 { return everyKey })[0], 0.1, "there is more again")
	}
}

func TestAKeyNearItsLimitsKeepsAPartOfTheSmallestWeight(t *testing.T) {
	s := set(t, 1e-9, 1e-9, 0)
	s.Headroom(0, 1)
	s.Headroom(2, 1)
	require.Positive(t, shares(s, 1000, func() uint64 { return everyKey })[0])
	require.Equal(t, 2, s.Pick(0, 0b100, 1))
	s.Headroom(-1, 1)
	s.Headroom(3, 1)
}

func TestAReloadKeepsHowMuchIsLeftOfAKeysLimits(t *testing.T) {
	s := set(t, 1, 1)
	s.Headroom(1, 10)
	next, err := s.Reload([]Key{{ID: "1", Weight: 1}, {ID: "new", Weight: 1}})
	require.NoError(t, err)
	require.InDelta(t, 100./3, shares(next, 10000, func() uint64 { return everyKey })[0], 0.1)
	next.Headroom(0, 100)
	require.InDelta(t, 50, shares(next, 10000, func() uint64 { return everyKey })[0], 0.1)
}

// A key that has enough left costs a look at one word.
func BenchmarkHeadroom(b *testing.B) {
	s := set(b, 7, 2, 1)
	b.ReportAllocs()
	for b.Loop() {
		s.Headroom(0, 90)
	}
}
