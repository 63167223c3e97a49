package cache_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/cache"
)

func FuzzAnEntryIsReadAsItWasWritten(f *testing.F) {
	whole, err := entry("s", "m", 10).Append(nil)
	require.NoError(f, err)
	stream, err := (&cache.Entry{Beats: []cache.Beat{{After: 1, Bytes: []byte("a")}, {Bytes: []byte{}}}}).Append(nil)
	require.NoError(f, err)
	f.Add(whole)
	f.Add(stream)
	f.Add([]byte{5, '{', '}'})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := cache.Read(b)
		if err != nil {
			require.ErrorIs(t, err, cache.ErrForm)
			return
		}
		again, err := e.Append(nil)
		require.NoError(t, err)
		back, err := cache.Read(again)
		require.NoError(t, err)
		require.Equal(t, e.Body, back.Body)
		require.Equal(t, e.Beats, back.Beats)
	})
}
