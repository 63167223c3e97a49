package frame_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/frame"
)

// watcher makes a plugin that watches, and counts what it counts.
func watcher(t *testing.T, ask func(context.Context) error) (plugin.CallWatcher, func() error, func(what string) int) {
	t.Helper()
	var mu sync.Mutex
	counts := map[string]int{}
	p := frame.New(frame.Options{
		Name: "w", Points: 1 << plugin.AfterCall,
		Ask: func(ctx context.Context, _ plugin.Point, _ []byte) ([]byte, error) { return nil, ask(ctx) },
		Count: func(what string) {
			mu.Lock()
			defer mu.Unlock()
			counts[what]++
		},
	})
	w, ok := p.(plugin.CallWatcher)
	require.True(t, ok)
	c, ok := p.(plugin.Closer)
	require.True(t, ok)
	return w, c.Close, func(what string) int {
		mu.Lock()
		defer mu.Unlock()
		return counts[what]
	}
}

func TestNoCallWaitsForAGuestThatOnlyWatches(t *testing.T) {
	w, closed, count := watcher(t, func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	})
	const calls = 1000
	for range calls {
		w.AfterCall(&plugin.Done{Call: chat()})
	}
	require.Greater(t, count("after_call_dropped"), calls/2)
	require.NoError(t, closed())
	w.AfterCall(&plugin.Done{Call: chat()}) // too late, and no harm
	require.NoError(t, closed())
}

func TestAGuestThatWatchesIsToldBeforeItIsClosed(t *testing.T) {
	var mu sync.Mutex
	told := 0
	w, closed, count := watcher(t, func(context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		told++
		return nil
	})
	for range 100 {
		w.AfterCall(&plugin.Done{Call: chat()})
	}
	require.NoError(t, closed())
	require.Equal(t, 100, told)
	require.Zero(t, count("after_call_dropped"))
}
