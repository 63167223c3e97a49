package cachetest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/cache"
)

// Vector returns a vector of length 1 in a plane of so many dimensions, at an angle of degrees.
// The cosine of two is that of the difference of their angles.
func Vector(dimensions int, degrees float64) []float32 {
	v := make([]float32, dimensions)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	v[0], v[dimensions-1] = float32(cos), float32(sin)
	return v
}

func neighbour(key string, v []float32) *cache.Neighbour {
	e := entry("vk:a", "n", "openai/x", key)
	return &cache.Neighbour{Key: KeyOf(key), Vector: v, Origin: e.Origin, TTL: time.Hour}
}

// RunNeighbours tests neighbours, each made empty by open.
func RunNeighbours(t *testing.T, open func(t testing.TB) cache.Neighbours) {
	t.Run("the nearest come first and those that are too far do not", func(t *testing.T) { nearestFirst(t, open) })
	t.Run("groups and dimensions never meet", func(t *testing.T) { apart(t, open) })
	t.Run("the last of a key counts", func(t *testing.T) { lastCounts(t, open) })
	t.Run("one that is removed is gone", func(t *testing.T) { removed(t, open) })
	t.Run("it ends", func(t *testing.T) { ends(t, open) })
	t.Run("what is meant is forgotten and nothing else", func(t *testing.T) { purgedNeighbours(t, open) })
	t.Run("none is missed of any", func(t *testing.T) { noneMissed(t, open) })
	t.Run("many at once", func(t *testing.T) { manyNeighbours(t, open) })
}

var group = KeyOf("group")

// find returns the keys of those that are near.
func find(t require.TestingT, n cache.Neighbours, group cache.Key, v []float32, threshold float64, most int) (keys []cache.Key) {
	found, err := n.Nearest(context.Background(), group, v, threshold, most)
	require.NoError(t, err)
	for _, f := range found {
		keys = append(keys, f.Key)
	}
	return keys
}

func nearestFirst(t *testing.T, open func(t testing.TB) cache.Neighbours) {
	n := open(t)
	for _, degrees := range []float64{40, 0, 10, 20, 30, 180} {
		require.NoError(t, n.Add(t.Context(), group, neighbour(fmt.Sprint(degrees), Vector(8, degrees))))
	}
	found, err := n.Nearest(t.Context(), group, Vector(8, 12), 0.9, 3)
	require.NoError(t, err)
	require.Len(t, found, 3)
	for i, want := range []float64{10, 20, 0} {
		require.Equal(t, KeyOf(fmt.Sprint(want)), found[i].Key)
		require.InDelta(t, math.Cos((want-12)*math.Pi/180), found[i].Similarity, 1e-5)
	}
	require.Equal(t, []cache.Key{KeyOf("10")}, find(t, n, group, Vector(8, 12), 0.999, 3))
	require.Empty(t, find(t, n, group, Vector(8, 90), 0.9, 3))
}

func apart(t *testing.T, open func(t testing.TB) cache.Neighbours) {
	n := open(t)
	require.NoError(t, n.Add(t.Context(), group, neighbour("k", Vector(8, 0))))
	require.NoError(t, n.Add(t.Context(), group, neighbour("wide", Vector(16, 0))))
	require.Empty(t, find(t, n, KeyOf("another"), Vector(8, 0), 0.1, 3))
	require.Equal(t, []cache.Key{KeyOf("k")}, find(t, n, group, Vector(8, 0), 0.1, 3))
	require.Equal(t, []cache.Key{KeyOf("wide")}, find(t, n, group, Vector(16, 0), 0.1, 3))
	require.Empty(t, find(t, n, group, Vector(4, 0), 0.1, 3))
}

func lastCounts(t *testing.T, open func(t testing.TB) cache.Neighbours) {
	n := open(t)
	require.NoError(t, n.Add(t.Context(), group, neighbour("k", Vector(8, 0))))
	require.NoError(t, n.Add(t.Context(), group, neighbour("k", Vector(8, 90))))
	require.Empty(t, find(t, n, group, Vector(8, 0), 0.5, 3))
	require.Len(t, find(t, n, group, Vector(8, 90), 0.5, 3), 1)
}

func removed(t *testing.T, open func(t testing.TB) cache.Neighbours) {
	n := open(t)
	for _, k := range []string{"a", "b"} {
		require.NoError(t, n.Add(t.Context(), group, neighbour(k, Vector(8, 0))))
	}
	require.NoError(t, n.Remove(t.Context(), group, KeyOf("a")))
	require.NoError(t, n.Remove(t.Context(), group, KeyOf("never there")))
	require.NoError(t, n.Remove(t.Context(), KeyOf("another"), KeyOf("b")))
	require.Equal(t, []cache.Key{KeyOf("b")}, find(t, n, group, Vector(8, 0), 0.5, 3))
}

func ends(t *testing.T, open func(t testing.TB) cache.Neighbours) {
	n := open(t)
	short := neighbour("k", Vector(8, 0))
	short.TTL = 30 * time.Millisecond
	require.NoError(t, n.Add(t.Context(), group, short))
	require.Eventually(t, func() bool { return len(find(t, n, group, Vector(8, 0), 0.5, 3)) == 0 }, time.Minute, 5*time.Millisecond)
}

func purgedNeighbours(t *testing.T, open func(t testing.TB) cache.Neighbours) {
	all := []*cache.Entry{entry("vk:a", "n", "openai/x", "c1"), entry("vk:a", "", "openai/y", "c2"), entry("vk:b", "n", "openai/x", "c3")}
	for name, of := range map[string]cache.Selection{
		"a scope": {Scope: "vk:a"}, "a namespace": {Namespace: "n"}, "a model": {Model: "openai/x"}, "both": {Scope: "vk:a", Model: "openai/x"},
		"a call": {CallID: "c1"}, "the caller's own id": {CallID: "r-c3"}, "none": {Scope: "vk"}, "all": {},
	} {
		t.Run(name, func(t *testing.T) {
			n := open(t)
			var left []string
			for _, e := range all {
				if !of.Has(&e.Origin) {
					left = append(left, e.CallID)
				}
				require.NoError(t, n.Add(t.Context(), group, &cache.Neighbour{Key: KeyOf(e.CallID), Vector: Vector(8, 0), Origin: e.Origin, TTL: time.Hour}))
			}
			purged, err := n.Purge(t.Context(), of)
			require.NoError(t, err)
			require.Equal(t, len(all)-len(left), purged)
			found := find(t, n, group, Vector(8, 0), 0.5, 9)
			require.Len(t, found, len(left))
			for _, k := range left {
				require.Contains(t, found, KeyOf(k))
			}
		})
	}
}

func noneMissed(t *testing.T, open func(t testing.TB) cache.Neighbours) {
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		n, group := open(t), KeyOf(fmt.Sprint("group ", round))
		dimensions := rapid.SampledFrom([]int{2, 7, 128, 300}).Draw(rt, "dimensions")
		draw := rapid.Custom(func(rt *rapid.T) []float32 {
			v := make([]float32, dimensions)
			for i := range min(dimensions, 12) { // the rest is the same in all, as much of a vector is
				v[i*(dimensions/min(dimensions, 12))] = rapid.Float32Range(-1, 1).Draw(rt, "x")
			}
			v[dimensions-1] += 0.5
			return v
		})
		vectors := rapid.SliceOfN(draw, 1, 12).Draw(rt, "vectors")
		want, asked := draw.Draw(rt, "asked"), rapid.Float64Range(0.1, 0.99).Draw(rt, "threshold")
		if !cache.Unit(want) {
			return
		}
		var sure, maybe []cache.Key // above the threshold by more than rounding, or about
		for i, v := range vectors {
			if !cache.Unit(v) {
				continue
			}
			k := fmt.Sprint(round, i)
			require.NoError(rt, n.Add(context.Background(), group, neighbour(k, v)))
			var cos float64
			for j := range v {
				cos += float64(v[j]) * float64(want[j])
			}
			if cos > asked+1e-3 {
				sure = append(sure, KeyOf(k))
			}
			if cos > asked-1e-3 {
				maybe = append(maybe, KeyOf(k))
			}
		}
		found := find(rt, n, group, want, asked, 100)
		for _, k := range sure {
			require.Contains(rt, found, k)
		}
		require.False(rt, slices.ContainsFunc(found, func(k cache.Key) bool { return !slices.Contains(maybe, k) }))
	})
}

func manyNeighbours(t *testing.T, open func(t testing.TB) cache.Neighbours) {
	n := open(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 20 {
				k := fmt.Sprint(i, "-", j%5)
				if err := n.Add(t.Context(), group, neighbour(k, Vector(64, float64(j%5)))); err != nil {
					t.Error(err)
				}
				if _, err := n.Nearest(t.Context(), group, Vector(64, 1), 0.9, 3); err != nil {
					t.Error(err)
				}
				if j == 7 {
					if err := n.Remove(t.Context(), group, KeyOf(k)); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	purged, err := n.Purge(t.Context(), cache.Selection{})
	require.NoError(t, err)
	require.Equal(t, 40, purged)
}
