// Package cachetest has the tests that every store of answers passes.
package cachetest

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/cache"
)

// KeyOf returns a key of its own for each text.
func KeyOf(text string) cache.Key {
	var h cache.Hasher
	h.Begin()
	h.AddText(text)
	return h.Sum()
}

func entry(scope, namespace, model, call string) *cache.Entry {
	return &cache.Entry{
		ContentType: "application/json", Body: []byte(`{"of":"` + call + `"}`), Usage: api.Usage{Input: 3, Output: 5, Known: true},
		CostNano: 1_250, Took: 3 * time.Second, Stored: time.Unix(1_800_000_000, 0).UTC(),
		Origin: cache.Origin{CallID: call, RequestID: "r-" + call, Scope: scope, Namespace: namespace, Model: model},
	}
}

// Run tests stores, each made empty by open.
func Run(t *testing.T, open func(t *testing.T) cache.Store) {
	t.Run("what is put is got", func(t *testing.T) {
		s := open(t)
		whole := entry("vk:a", "n", "openai/gpt-5", "c1")
		stream := entry("vk:a", "", "openai/gpt-5", "c2")
		stream.Body, stream.Beats = nil, []cache.Beat{{Bytes: []byte("data: a\n\n")}, {After: 40 * time.Millisecond, Bytes: bytes.Repeat([]byte{0, 255}, 70_000)}}
		for name, e := range map[string]*cache.Entry{"whole": whole, "stream": stream} {
			require.NoError(t, s.Put(t.Context(), KeyOf(name), e, time.Hour))
		}
		for name, want := range map[string]*cache.Entry{"whole": whole, "stream": stream, "other": nil} {
			got, left, err := s.Get(t.Context(), KeyOf(name))
			require.NoError(t, err)
			if want == nil {
				require.Nil(t, got)
				continue
			}
			require.Equal(t, want.Body, got.Body)
			require.Equal(t, want.Beats, got.Beats)
			require.Equal(t, want.Usage, got.Usage)
			require.True(t, want.Stored.Equal(got.Stored))
			require.Equal(t, []any{want.ContentType, want.CostNano, want.Took, want.CallID, want.RequestID, want.Scope, want.Namespace, want.Model},
				[]any{got.ContentType, got.CostNano, got.Took, got.CallID, got.RequestID, got.Scope, got.Namespace, got.Model})
			require.Greater(t, left, 50*time.Minute)
			require.LessOrEqual(t, left, time.Hour)
		}
	})
	t.Run("the last one counts", func(t *testing.T) {
		s := open(t)
		require.NoError(t, s.Put(t.Context(), KeyOf("k"), entry("a", "", "m", "first"), time.Hour))
		require.NoError(t, s.Put(t.Context(), KeyOf("k"), entry("a", "", "m", "second"), time.Minute))
		got, left, err := s.Get(t.Context(), KeyOf("k"))
		require.NoError(t, err)
		require.Equal(t, "second", got.CallID)
		require.LessOrEqual(t, left, time.Minute)
	})
	t.Run("it ends", func(t *testing.T) {
		s := open(t)
		require.NoError(t, s.Put(t.Context(), KeyOf("k"), entry("a", "", "m", "c"), 30*time.Millisecond))
		require.Eventually(t, func() bool {
			got, _, err := s.Get(t.Context(), KeyOf("k"))
			return err == nil && got == nil
		}, time.Minute, 5*time.Millisecond)
	})
	t.Run("what is meant is forgotten and nothing else", func(t *testing.T) { purge(t, open) })
	t.Run("many at once", func(t *testing.T) {
		s := open(t)
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				for j := range 50 {
					k := KeyOf(fmt.Sprint(i, j%10))
					if err := s.Put(t.Context(), k, entry("a", "", "m", fmt.Sprint(i)), time.Hour); err != nil {
						t.Error(err)
					}
					if got, _, err := s.Get(t.Context(), k); err != nil || got != nil && got.CallID != fmt.Sprint(i) {
						t.Error(got, err)
					}
				}
			})
		}
		all.Wait()
		n, err := s.Purge(t.Context(), cache.Selection{})
		require.NoError(t, err)
		require.Equal(t, 160, n)
	})
}

func purge(t *testing.T, open func(t *testing.T) cache.Store) {
	all := []*cache.Entry{
		entry("vk:a", "n", "openai/x", "c1"), entry("vk:a", "", "openai/y", "c2"), entry("vk:b", "n", "openai/x", "c3"),
	}
	for name, test := range map[string]struct {
		of   cache.Selection
		left []string
	}{
		"a scope":             {cache.Selection{Scope: "vk:a"}, []string{"c3"}},
		"a namespace":         {cache.Selection{Namespace: "n"}, []string{"c2"}},
		"a model":             {cache.Selection{Model: "openai/x"}, []string{"c2"}},
		"a model of a scope":  {cache.Selection{Scope: "vk:a", Model: "openai/x"}, []string{"c2", "c3"}},
		"a call":              {cache.Selection{CallID: "c1"}, []string{"c2", "c3"}},
		"the caller's own id": {cache.Selection{CallID: "r-c3"}, []string{"c1", "c2"}},
		"none":                {cache.Selection{Scope: "vk"}, []string{"c1", "c2", "c3"}},
		"all":                 {cache.Selection{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			for _, e := range all {
				require.NoError(t, s.Put(t.Context(), KeyOf(e.CallID), e, time.Hour))
			}
			n, err := s.Purge(t.Context(), test.of)
			require.NoError(t, err)
			require.Equal(t, len(all)-len(test.left), n)
			var left []string
			for _, e := range all {
				got, _, err := s.Get(t.Context(), KeyOf(e.CallID))
				require.NoError(t, err)
				if got != nil {
					left = append(left, got.CallID)
				}
			}
			require.Equal(t, test.left, left)
		})
	}
}
