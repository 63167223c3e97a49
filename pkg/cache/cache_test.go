package cache_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/cache"
)

func TestNoTwoListsOfPartsHaveOneKey(t *testing.T) {
	key := func(parts []string) cache.Key {
		var h cache.Hasher
		h.Begin()
		for _, p := range parts {
			h.AddText(p)
		}
		return h.Sum()
	}
	part := rapid.SliceOfN(rapid.StringN(0, 4, 8), 0, 5)
	rapid.Check(t, func(t *rapid.T) {
		a, b := part.Draw(t, "a"), part.Draw(t, "b")
		same := len(a) == len(b)
		for i := range a {
			same = same && a[i] == b[i]
		}
		require.Equal(t, same, key(a) == key(b))
	})
	require.NotEqual(t, key([]string{"ab", "c"}), key([]string{"a", "bc"}))
	require.NotEqual(t, key([]string{"a", ""}), key([]string{"a"}))
}

func entry(scope, model string, size int) *cache.Entry {
	return &cache.Entry{Origin: cache.Origin{Scope: scope, Model: model, CallID: scope + model}, Body: bytes.Repeat([]byte("x"), size)}
}

func keyOf(s string) cache.Key {
	var h cache.Hasher
	h.Begin()
	h.AddText(s)
	return h.Sum()
}

func TestMemoryIsBounded(t *testing.T) {
	m := cache.NewMemory(100_000)
	defer m.Close()
	for i := range 1000 {
		e := entry("s", string(rune('a'+i%26)), 1000)
		require.NoError(t, m.Put(t.Context(), keyOf(string(rune(i))), e, time.Minute))
	}
	s := m.Stats()
	require.LessOrEqual(t, s.Bytes, int64(100_000))
	require.Positive(t, s.Entries)
	m.Resize(1)
	require.Zero(t, m.Stats().Entries)
}

func TestOneFlightIsWaitedFor(t *testing.T) {
	var f cache.Flights
	end, wait := f.Begin(keyOf("a"))
	require.NotNil(t, end)
	require.Nil(t, wait)
	other, _ := f.Begin(keyOf("b"))
	require.NotNil(t, other)
	none, landed := f.Begin(keyOf("a"))
	require.Nil(t, none)
	end()
	<-landed
	again, _ := f.Begin(keyOf("a"))
	require.NotNil(t, again)
}
