package member

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
)

func background(t *testing.T, run func(context.Context)) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { run(ctx) })
	stop = func() { cancel(); running.Wait() }
	t.Cleanup(stop)
	return stop
}

func view(t *testing.T, c *bustest.Cluster) *View {
	t.Helper()
	v, conn := NewView(), c.Connect(t, bus.Control, "control")
	background(t, func(ctx context.Context) {
		if err := v.Run(ctx, conn); err != nil {
			t.Error(err)
		}
	})
	return v
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestAViewHasTheNodesThatLive(t *testing.T) {
	c := bustest.Start(t)
	v := view(t, c)
	var revision atomic.Uint64
	beater := NewBeater(c.Connect(t, bus.Edge, "edge.1"), func() State {
		return State{Node: "edge.1", Roles: []string{"edge"}, VirtualKeys: revision.Load()}
	}, slog.New(slog.DiscardHandler))
	stop := background(t, beater.Run)
	require.Eventually(t, func() bool { return len(v.List()) == 1 }, 20*time.Second, time.Millisecond)
	require.Equal(t, "edge.1", v.List()[0].Node)

	revision.Store(7)
	beater.Now()
	require.NoError(t, v.Await(within(t), func(s *State) bool { return s.VirtualKeys == 7 }))

	stop() // it says so when it leaves
	require.Eventually(t, func() bool { return len(v.List()) == 0 }, 20*time.Second, time.Millisecond)
	require.Equal(t, 1, v.Serving())
}

func TestHeartbeatsThatFollowEachOtherKeepAGap(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	var p pace
	pauses := func(n int) (all []time.Duration) {
		for range n {
			pause := p.next(now)
			now = now.Add(pause)
			all = append(all, pause)
		}
		return all
	}
	require.Equal(t, []time.Duration{0, 0, 0, 0, 0, gap, gap, gap}, pauses(8))
	now = now.Add(time.Minute)
	require.Equal(t, []time.Duration{0, 0, 0, 0, 0, gap}, pauses(6))
}

func beatOf(t *testing.T, node string, roles ...string) []byte {
	t.Helper()
	data, err := json.Marshal(State{Node: node, Roles: roles})
	require.NoError(t, err)
	return data
}

func TestANodeThatIsSilentOrDownIsGone(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	v := NewView()
	v.now = func() time.Time { return now }
	for _, node := range []string{"a", "b", "c"} {
		v.hear(node, beatOf(t, node, "edge"))
	}
	require.Equal(t, 3, v.Serving())
	v.forget("b")
	now = now.Add(goneAfter)
	v.hear("c", beatOf(t, "c", "edge"))
	now = now.Add(time.Second)
	v.expire()
	require.Len(t, v.List(), 1)
	require.Equal(t, "c", v.List()[0].Node)
}

func TestWhoIsCutOffKeepsWhatItKnew(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	v := NewView()
	v.now = func() time.Time { return now }
	v.hear("a", beatOf(t, "a", "edge"))
	v.hear("b", beatOf(t, "b", "edge"))
	now = now.Add(time.Hour)
	v.expire()
	require.Equal(t, 2, v.Serving())
	v.hear("b", beatOf(t, "b", "edge"))
	v.expire()
	require.Equal(t, 1, v.Serving())
}

func TestANodeCannotSpeakForAnother(t *testing.T) {
	v := NewView()
	v.hear("a", beatOf(t, "b", "edge"))
	v.hear("a", []byte("no JSON"))
	require.Empty(t, v.List())
}

func TestAwaitLooksAtNodesThatServeOnly(t *testing.T) {
	v := NewView()
	v.hear("control", beatOf(t, "control", "control"))
	require.NoError(t, v.Await(t.Context(), func(*State) bool { return false }))
	v.hear("edge", beatOf(t, "edge", "edge"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, v.Await(ctx, func(*State) bool { return false }), context.Canceled)
}

func TestAViewThatStartsHasTheNodesThatToldBefore(t *testing.T) {
	c := bustest.Start(t)
	conn := c.Connect(t, bus.Worker, "worker.1")
	kv, err := conn.Control.Bucket(t.Context(), bus.Nodes)
	require.NoError(t, err)
	require.Eventually(t, func() bool { // what is told lasts three seconds
		_, err = kv.Put(t.Context(), bus.Token("worker.1"), []byte(`{"node":"worker.1","roles":["worker"]}`))
		require.NoError(t, err)
		v := NewView()
		require.NoError(t, v.load(t.Context(), conn))
		return v.Has("worker")
	}, 20*time.Second, time.Millisecond)
	require.NoError(t, kv.Delete(t.Context(), bus.Token("worker.1")))
	v := NewView()
	require.NoError(t, v.load(t.Context(), conn))
	require.Empty(t, v.List(), "it has left")
}
