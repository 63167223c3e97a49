package virtualkey_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// ear is a listener that keeps what it hears.
type ear struct {
	mu      sync.Mutex
	changes []virtualkey.Change
	missed  int
	heard   uint64
}

func (e *ear) Changed(c virtualkey.Change) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.changes = append(e.changes, c)
}

func (e *ear) Missed() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.missed++
}

func (e *ear) Heard(revision uint64, _ time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = revision
}

func (e *ear) await(t *testing.T, holds func() bool) {
	t.Helper()
	require.Eventually(t, func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		return holds()
	}, 20*time.Second, time.Millisecond)
}

// listen has an edge hear of keys until the test ends.
func listen(t *testing.T, c *bustest.Cluster) (*ear, *virtualkey.KV) {
	t.Helper()
	kv, e := virtualkey.NewKV(c.Connect(t, bus.Edge, "edge")), &ear{}
	f := virtualkey.NewFollower(kv, e)
	require.NoError(t, f.Open())
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { f.Run(ctx) })
	t.Cleanup(func() { stop(); running.Wait() })
	return e, kv
}

func TestAnEdgeReadsKeysAndHearsOfTheirChanges(t *testing.T) {
	c, ctx := bustest.Start(t), t.Context()
	book := open(t, c, "control")
	e, kv := listen(t, c)
	r := record("1")
	digest := virtualkey.DigestOf("1")
	_, err := kv.Get(ctx, digest)
	require.ErrorIs(t, err, virtualkey.ErrNotFound)
	require.NoError(t, book.Create(ctx, r))
	e.await(t, func() bool { return len(e.changes) == 1 })
	require.Equal(t, "1", e.changes[0].Record.ID)
	require.Equal(t, r.Revision, e.changes[0].Revision)
	got, err := kv.Get(ctx, digest)
	require.NoError(t, err)
	require.Equal(t, r.Revision, got.Revision)
	revision, err := book.Delete(ctx, "1")
	require.NoError(t, err)
	e.await(t, func() bool { return len(e.changes) == 2 })
	require.Equal(t, virtualkey.Change{Digest: digest, Revision: revision, Deleted: true}, e.changes[1])
	_, err = kv.Get(ctx, digest)
	require.ErrorIs(t, err, virtualkey.ErrNotFound)
}

func TestALostLastChangeIsNoticedByAsking(t *testing.T) {
	c, ctx := bustest.Start(t), t.Context()
	book := open(t, c, "control")
	require.NoError(t, book.Create(ctx, record("1"))) // before anybody listens
	e, _ := listen(t, c)
	e.await(t, func() bool { return e.missed == 1 && e.heard == 1 })
}
