package cache_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/cache/cachetest"
)

func TestNeighbourhood(t *testing.T) {
	cachetest.RunNeighbours(t, func(testing.TB) cache.Neighbours { return cache.NewNeighbourhood(1000) })
}

func TestOfTooManyNeighboursTheOldestGo(t *testing.T) {
	h := cache.NewNeighbourhood(3)
	group := [2]cache.Key{cachetest.KeyOf("even"), cachetest.KeyOf("odd")}
	v := cachetest.Vector(8, 0)
	for i := range 5 {
		require.NoError(t, h.Add(t.Context(), group[i%2], &cache.Neighbour{Key: cachetest.KeyOf(fmt.Sprint(i)), Vector: v, TTL: time.Hour}))
	}
	require.Equal(t, 3, h.Len())
	even, err := h.Nearest(t.Context(), group[0], v, 0.5, 9)
	require.NoError(t, err)
	require.Len(t, even, 2)
	h.Resize(1)
	odd, err := h.Nearest(t.Context(), group[1], v, 0.5, 9)
	require.NoError(t, err)
	require.Empty(t, odd)
	h.Resize(0)
	require.Zero(t, h.Len())
	require.NoError(t, h.Add(t.Context(), group[0], &cache.Neighbour{Key: cachetest.KeyOf("x"), Vector: v, TTL: time.Hour}))
	require.Zero(t, h.Len())
}

func TestAVectorWithoutADirectionIsNone(t *testing.T) {
	for _, v := range [][]float32{nil, {0, 0}, {float32(nan()), 1}} {
		require.False(t, cache.Unit(v))
	}
	v := []float32{3, 4}
	require.True(t, cache.Unit(v))
	require.InDelta(t, 0.6, v[0], 1e-6)
}

func nan() float64 { zero := 0.0; return zero / zero }

// BenchmarkNearest searches a group of 10,000 vectors of 1536 dimensions that are as alike as
// texts of one kind are: a cosine of about 0.3 between any two.
func BenchmarkNearest(b *testing.B) {
	const dimensions = 1536
	r := rand.New(rand.NewPCG(1, 2))
	draw := func() []float32 {
		v := make([]float32, dimensions)
		for i := range v {
			v[i] = float32(r.NormFloat64() + 0.65*float64(i%2))
		}
		cache.Unit(v)
		return v
	}
	h, group := cache.NewNeighbourhood(10_000), cachetest.KeyOf("group")
	for i := range 10_000 {
		_ = h.Add(b.Context(), group, &cache.Neighbour{Key: cachetest.KeyOf(fmt.Sprint(i)), Vector: draw(), TTL: time.Hour}) // does not fail
	}
	for _, threshold := range []float64{0.8, 0.95} {
		b.Run(fmt.Sprint(threshold), func(b *testing.B) {
			v := draw()
			b.ReportAllocs()
			for b.Loop() {
				_, _ = h.Nearest(b.Context(), group, v, threshold, 4) // does not fail
			}
		})
	}
}
