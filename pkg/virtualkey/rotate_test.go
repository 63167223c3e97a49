package virtualkey_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

func TestAKeyIsRotatedWithAnOverlap(t *testing.T) {
	c, ctx := bustest.Start(t), t.Context()
	book := open(t, c, "a")
	require.NoError(t, book.Create(ctx, record("1")))
	require.NoError(t, book.Create(ctx, record("2")))

	next, err := book.Rotate(ctx, "1", "second", time.Hour)
	require.NoError(t, err)
	require.Equal(t, "1", next.ID)
	require.Equal(t, virtualkey.DigestOf("second").String(), next.Digest)
	require.Equal(t, "cond", next.Last4)
	require.WithinDuration(t, time.Now().Add(time.Hour), next.RotatedUntil, time.Minute)

	edge := virtualkey.NewKV(c.Connect(t, bus.Edge, "edge"))
	way, err := edge.Get(ctx, virtualkey.DigestOf("1"))
	require.NoError(t, err)
	require.Equal(t, next.Digest, way.Successor, "the old value leads on to the new one")
	require.Equal(t, next.RotatedUntil, way.Expires)
	for _, b := range []*virtualkey.Book{book, open(t, c, "b")} {
		page, err := b.Page(ctx, virtualkey.Query{Limit: 10})
		require.NoError(t, err)
		require.Equal(t, 2, page.Total, "it is one key")
		found, err := b.Find(ctx, "1")
		require.NoError(t, err)
		require.Equal(t, next.Digest, found.Digest)
	}

	third, err := book.Rotate(ctx, "1", "third", 0)
	require.NoError(t, err)
	for _, value := range []string{"1", "second"} {
		_, err = edge.Get(ctx, virtualkey.DigestOf(value))
		require.ErrorIs(t, err, virtualkey.ErrNotFound, value)
	}
	found, err := edge.Get(ctx, virtualkey.DigestOf("third"))
	require.NoError(t, err)
	require.Equal(t, third.Digest, found.Digest)
	_, err = book.Rotate(ctx, "none", "x", 0)
	require.ErrorIs(t, err, virtualkey.ErrNotFound)
}

func TestADeletedKeyEndsWithItsOldValue(t *testing.T) {
	c, ctx := bustest.Start(t), t.Context()
	book := open(t, c, "a")
	require.NoError(t, book.Create(ctx, record("1")))
	_, err := book.Rotate(ctx, "1", "second", time.Hour)
	require.NoError(t, err)
	_, err = book.Delete(ctx, "1")
	require.NoError(t, err)
	edge := virtualkey.NewKV(c.Connect(t, bus.Edge, "edge"))
	for _, value := range []string{"1", "second"} {
		_, err = edge.Get(ctx, virtualkey.DigestOf(value))
		require.ErrorIs(t, err, virtualkey.ErrNotFound, value)
	}
	page, err := book.Page(ctx, virtualkey.Query{Limit: 10})
	require.NoError(t, err)
	require.Zero(t, page.Total)
}

func TestAChangeToAKeyAsItWasBeforeItsRotationIsRefused(t *testing.T) {
	c, ctx := bustest.Start(t), t.Context()
	book := open(t, c, "a")
	r := record("1")
	require.NoError(t, book.Create(ctx, r))
	before := *r
	_, err := book.Rotate(ctx, "1", "second", time.Hour)
	require.NoError(t, err)
	before.Name = "other"
	require.ErrorIs(t, book.Update(ctx, &before), virtualkey.ErrConflict)
}
