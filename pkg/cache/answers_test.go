package cache_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/cache/cachetest"
)

func TestMemoryIsAStore(t *testing.T) {
	cachetest.Run(t, func(t *testing.T) cache.Store {
		m := cache.NewMemory(1 << 26)
		t.Cleanup(m.Close)
		return m
	})
}

// shared is a store of several nodes, in this process.
type shared struct {
	*cache.Memory
	mu     sync.Mutex
	owners map[cache.Key]string
	away   error
}

func newShared(t *testing.T) *shared {
	m := cache.NewMemory(1 << 26)
	t.Cleanup(m.Close)
	return &shared{Memory: m, owners: map[cache.Key]string{}}
}

func (s *shared) Claim(_ context.Context, k cache.Key, owner string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.owners[k]; s.away != nil || other != "" && other != owner {
		return false, s.away
	}
	s.owners[k] = owner
	return true, nil
}

func (s *shared) Release(_ context.Context, k cache.Key, owner string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owners[k] == owner {
		delete(s.owners, k)
	}
	return s.away
}

func nodeOf(t *testing.T, far cache.Shared, name string) *cache.Answers {
	a := cache.NewAnswers(1<<20, far, name, slog.New(slog.DiscardHandler))
	t.Cleanup(a.Close)
	return a
}

func TestAnAnswerOfOneNodeIsFoundAtAnother(t *testing.T) {
	far := newShared(t)
	a, b := nodeOf(t, far, "a"), nodeOf(t, far, "b")
	k := keyOf("k")
	a.Put(k, entry("s", "m", 10), time.Minute, a.Now())
	require.Eventually(t, func() bool { return b.Get(k) != nil }, time.Minute, time.Millisecond)
	_, err := far.Purge(t.Context(), cache.Selection{})
	require.NoError(t, err)
	require.NotNil(t, b.Get(k), "it is in memory now")
	require.Equal(t, 1, b.Purge(cache.Selection{Scope: "s"}))
	require.Nil(t, b.Get(k))
}

// village are neighbours of several nodes, in this process.
type village struct {
	*cache.Neighbourhood
	away  error
	asked int
}

func (*village) Close() error { return nil }

func (v *village) Nearest(ctx context.Context, group cache.Key, of []float32, threshold float64, most int) ([]cache.Near, error) {
	if v.asked++; v.away != nil {
		return nil, v.away
	}
	return v.Neighbourhood.Nearest(ctx, group, of, threshold, most)
}

func TestAnAnswerOfOneNodeIsFoundByItsMeaningAtAnother(t *testing.T) {
	far, all := newShared(t), &village{Neighbourhood: cache.NewNeighbourhood(100)}
	a, b := nodeOf(t, far, "a"), nodeOf(t, far, "b")
	alone := nodeOf(t, nil, "alone")
	for _, n := range []*cache.Answers{a, b, alone} {
		n.ResizeAlike(100)
		require.Nil(t, n.ShareAlike(all))
	}
	k, group, e := keyOf("k"), keyOf("group"), entry("s", "m", 10)
	a.Put(k, e, time.Minute, a.Now())
	a.PutAlike(group, k, cachetest.Vector(8, 0), e, time.Minute, a.Now())
	require.Eventually(t, func() bool {
		got, by := b.GetAlike(group, cachetest.Vector(8, 10), 0.9)
		return got != nil && by > 0.98 && by < 0.99
	}, time.Minute, time.Millisecond)
	none, _ := alone.GetAlike(group, cachetest.Vector(8, 10), 0.9)
	require.Nil(t, none, "its answers are not those of others")
	none, _ = b.GetAlike(keyOf("another"), cachetest.Vector(8, 10), 0.9)
	require.Nil(t, none)

	b.Purge(cache.Selection{})
	require.NoError(t, b.PurgeShared(t.Context(), cache.Selection{Scope: "s"}, "purge"))
	none, _ = b.GetAlike(group, cachetest.Vector(8, 10), 0.9)
	require.Nil(t, none)
	require.Zero(t, all.Len())

	asked := all.asked
	all.away = errors.New("away")
	for range 5 {
		none, _ = b.GetAlike(group, cachetest.Vector(8, 10), 0.9)
		require.Nil(t, none)
	}
	require.Equal(t, asked+1, all.asked, "while it is away nobody waits for it")
	require.Equal(t, all, b.ShareAlike(nil))
}

func TestWhatWasPurgedMeanwhileIsNotKept(t *testing.T) {
	a := nodeOf(t, nil, "a")
	began := a.Now()
	a.Purge(cache.Selection{Scope: "s"})
	a.Put(keyOf("k"), entry("s", "m", 10), time.Minute, began)
	require.Nil(t, a.Get(keyOf("k")))
	a.Put(keyOf("k"), entry("other", "m", 10), time.Minute, began)
	require.NotNil(t, a.Get(keyOf("k")), "it was not meant")
	a.Put(keyOf("k2"), entry("s", "m", 10), time.Minute, a.Now())
	require.NotNil(t, a.Get(keyOf("k2")), "it is newer")
	for range 100 {
		a.Purge(cache.Selection{Scope: "none"})
	}
	a.Put(keyOf("k3"), entry("s", "m", 10), time.Minute, began)
	require.Nil(t, a.Get(keyOf("k3")), "nobody knows any more")
}

func TestOneNodeMakesAnAnswerForAll(t *testing.T) {
	far := newShared(t)
	a, b := nodeOf(t, far, "a"), nodeOf(t, far, "b")
	k := keyOf("k")
	end, wait := a.Begin(k)
	require.NotNil(t, end)
	require.Nil(t, wait)
	none, landed := b.Begin(k)
	require.Nil(t, none)
	select {
	case <-landed:
		t.Fatal("nothing has landed")
	case <-time.After(3 * time.Millisecond):
	}
	a.Put(k, entry("s", "m", 10), time.Minute, a.Now())
	end()
	<-landed
	require.NotNil(t, b.Get(k))

	k = keyOf("never made")
	end, _ = a.Begin(k)
	_, landed = b.Begin(k)
	end()
	<-landed
	require.Nil(t, b.Get(k))
	require.Eventually(t, func() bool { // once the claims have ended
		end, _ := b.Begin(k)
		if end != nil {
			end()
		}
		return end != nil
	}, time.Minute, time.Millisecond)
}

func TestWithoutTheSharedStoreANodeIsOnItsOwn(t *testing.T) {
	far := newShared(t)
	far.away = errors.New("away")
	a := nodeOf(t, far, "a")
	end, wait := a.Begin(keyOf("k"))
	require.NotNil(t, end)
	require.Nil(t, wait)
	end()
}

func TestNoScopeGetsWhatIsOfAnother(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := nodeOf(t, nil, "a")
		scope := rapid.SampledFrom([]string{"vk:a", "vk:ab", "vk:", "all", "team:a"})
		text := rapid.SampledFrom([]string{"", "b", "x", "b:x"})
		of := func(scope, text string) cache.Key {
			var h cache.Hasher
			h.Begin()
			h.AddText(scope)
			h.AddText(text)
			return h.Sum()
		}
		for range rapid.IntRange(1, 30).Draw(r, "calls") {
			s, x := scope.Draw(r, "scope"), text.Draw(r, "text")
			if got := a.Get(of(s, x)); got != nil {
				require.Equal(r, s, got.Scope)
				continue
			}
			a.Put(of(s, x), &cache.Entry{Origin: cache.Origin{Scope: s}}, time.Minute, a.Now())
		}
	})
}
