package virtualkey_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

func open(t *testing.T, c *bustest.Cluster, name string) *virtualkey.Book {
	t.Helper()
	b := virtualkey.NewBook(c.Connect(t, bus.Control, name))
	ctx, stop := context.WithCancel(context.Background())
	require.NoError(t, b.Open(ctx))
	var running sync.WaitGroup
	running.Go(func() { b.Run(ctx) })
	t.Cleanup(func() { stop(); running.Wait() })
	return b
}

func record(id string) *virtualkey.Record {
	return &virtualkey.Record{ID: id, Name: "n", Active: true, Digest: virtualkey.DigestOf(id).String(), Created: time.Now()}
}

func TestABookHasWhatItAndOthersWrite(t *testing.T) {
	c, ctx := bustest.Start(t), t.Context()
	a := open(t, c, "a")
	r := record("1")
	require.NoError(t, a.Create(ctx, r))
	require.ErrorIs(t, a.Create(ctx, record("1")), virtualkey.ErrConflict)

	b := open(t, c, "b") // reads what is there
	found, err := b.Find(ctx, "1")
	require.NoError(t, err)
	require.Equal(t, r.Revision, found.Revision)

	changed := *found
	changed.Name = "other"
	require.NoError(t, b.Update(ctx, &changed))
	require.Eventually(t, func() bool { // hears of what others change
		r, err := a.Find(ctx, "1")
		return err == nil && r.Name == "other"
	}, 10*time.Second, time.Millisecond)
	require.ErrorIs(t, a.Update(ctx, r), virtualkey.ErrConflict) // to what it was

	revision, err := a.Delete(ctx, "1")
	require.NoError(t, err)
	require.Greater(t, revision, changed.Revision)
	_, err = a.Delete(ctx, "1")
	require.ErrorIs(t, err, virtualkey.ErrNotFound)
	require.ErrorIs(t, a.Update(ctx, &changed), virtualkey.ErrNotFound)
	require.Eventually(t, func() bool {
		page, err := b.Page(ctx, virtualkey.Query{Limit: 10})
		return err == nil && page.Total == 0
	}, 10*time.Second, time.Millisecond)
}

func TestAKeyIsNotMadeByWritingToTheBucket(t *testing.T) {
	c, ctx := bustest.Start(t), t.Context()
	book := open(t, c, "control")
	require.NoError(t, book.Create(ctx, record("1")))
	hostile := c.Connect(t, bus.Control, "hostile")
	bucket, err := hostile.Control.Bucket(ctx, bus.VirtualKeys)
	require.NoError(t, err)
	forged, err := record("2").Encode()
	require.NoError(t, err)
	_, err = bucket.Put(ctx, virtualkey.DigestOf("2").String(), forged)
	require.NoError(t, err)
	others, err := bucket.Get(ctx, virtualkey.DigestOf("1").String())
	require.NoError(t, err)
	_, err = bucket.Put(ctx, virtualkey.DigestOf("3").String(), others.Value()) // with the rights of another
	require.NoError(t, err)

	edge := virtualkey.NewKV(c.Connect(t, bus.Edge, "edge"))
	for _, id := range []string{"2", "3"} {
		_, err := edge.Get(ctx, virtualkey.DigestOf(id))
		require.ErrorIs(t, err, secret.ErrSealed, id)
	}
	page, err := open(t, c, "other").Page(ctx, virtualkey.Query{Limit: 10})
	require.NoError(t, err)
	require.Len(t, page.Records, 1)
}

func TestAnOldValueThatWasPutBackIsListedAndRevokedAgain(t *testing.T) {
	c, ctx := bustest.Start(t), t.Context()
	book := open(t, c, "control")
	require.NoError(t, book.Create(ctx, record("1")))
	digest := virtualkey.DigestOf("1")
	bucket, err := c.Connect(t, bus.Control, "hostile").Control.Bucket(ctx, bus.VirtualKeys)
	require.NoError(t, err)
	old, err := bucket.Get(ctx, digest.String())
	require.NoError(t, err)
	_, err = book.Delete(ctx, "1")
	require.NoError(t, err)
	_, err = bucket.Put(ctx, digest.String(), old.Value())
	require.NoError(t, err)

	edge := virtualkey.NewKV(c.Connect(t, bus.Edge, "edge"))
	_, err = edge.Get(ctx, digest)
	require.NoError(t, err, "a value does not say that it is the newest")
	require.Eventually(t, func() bool {
		page, err := book.Page(ctx, virtualkey.Query{Limit: 10})
		return err == nil && len(page.Records) == 1
	}, 10*time.Second, time.Millisecond, "it is shown")
	_, err = book.Delete(ctx, "1")
	require.NoError(t, err)
	_, err = edge.Get(ctx, digest)
	require.ErrorIs(t, err, virtualkey.ErrNotFound)
}
