package load

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	var hundred Latencies
	for i := range 100 {
		hundred = append(hundred, time.Duration(100-i))
	}
	hundred.Sort()
	for _, tc := range []struct {
		p    float64
		want time.Duration
	}{{0, 1}, {0.01, 1}, {0.5, 50}, {0.505, 51}, {0.99, 99}, {0.999, 100}, {1, 100}} {
		require.Equal(t, tc.want, hundred.At(tc.p), "%g", tc.p)
	}
	require.Equal(t, time.Duration(7), Latencies{7}.At(0.99))
	require.Zero(t, Latencies(nil).At(0.5))
}

func TestSpreadIsMedianAndEnds(t *testing.T) {
	require.Equal(t, Spread{2, 1, 9}, SpreadOf([]float64{9, 1, 2}))
	require.Equal(t, Spread{2.5, 1, 9}, SpreadOf([]float64{9, 1, 2, 3}))
	require.Equal(t, Spread{}, SpreadOf(nil))
}
