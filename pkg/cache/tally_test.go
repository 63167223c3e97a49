package cache_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/cache"
)

func TestEachNamespaceIsCountedAndNotTooManyOfThem(t *testing.T) {
	a := cache.NewAnswers(1<<20, nil, "node", nil)
	defer a.Close()
	for i := range 200 {
		e := entry("s", "m", 10)
		e.Namespace = "n" + strconv.Itoa(i%100)
		require.True(t, a.Put(keyOf(strconv.Itoa(i)), e, time.Minute, a.Now()))
		a.Tally().Miss(e.Namespace)
		a.Tally().Hit(e.Namespace, 2e9, 3*time.Second)
	}
	shares := a.Tally().Shares()
	require.Len(t, shares, 51)
	require.Equal(t, "*", shares[0].Namespace)
	require.EqualValues(t, 100, shares[0].Hits)
	require.Equal(t, cache.Share{Namespace: "n0", Entries: 2, Bytes: a.Stats().Bytes / 100, Hits: 2, Misses: 2, SavedCost: 4, SavedTime: 6}, shares[1])
	a.Purge(cache.Selection{})
	for _, s := range a.Tally().Shares() {
		require.Zero(t, s.Entries)
		require.Zero(t, s.Bytes)
	}
}
