package bus_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

func TestAnObjectComesBackAsItWasPut(t *testing.T) {
	t.Parallel()
	s := startServer(t, nil)
	control := provisioned(t, s)
	edge := connect(t, bus.Edge, "edge-1", s)
	for name, data := range map[string][]byte{
		"empty":                nil,
		"small":                []byte("small"),
		"a chunk":              bytes.Repeat([]byte("x"), 128<<10),
		"more than it asks at": bytes.Repeat([]byte("0123456789abcdef"), 600<<10),
	} {
		require.NoError(t, control.Control.PutObject(t.Context(), bus.Snapshots, name, data), name)
		got, err := edge.Control.GetObject(t.Context(), bus.Snapshots, name)
		require.NoError(t, err, name)
		require.True(t, bytes.Equal(data, got), name)
	}
	require.NoError(t, control.Control.PutObject(t.Context(), bus.Snapshots, "small", []byte("other")))
	got, err := edge.Control.GetObject(t.Context(), bus.Snapshots, "small")
	require.NoError(t, err)
	require.Equal(t, "other", string(got))
}

func TestNodesExchangeObjects(t *testing.T) {
	s := startServer(t, nil)
	provisioned(t, s)
	edge, worker := connect(t, bus.Edge, "edge-1", s), connect(t, bus.Worker, "worker-1", s)
	require.NoError(t, edge.Overflow.PutObject(t.Context(), bus.Blobs, "call-1", []byte("prompt")))
	got, err := worker.Overflow.GetObject(t.Context(), bus.Blobs, "call-1")
	require.NoError(t, err)
	require.Equal(t, "prompt", string(got))
	require.NoError(t, worker.Bulk.PutObject(t.Context(), bus.Results, "job-1", []byte("answer")))
	got, err = edge.Bulk.GetObject(t.Context(), bus.Results, "job-1")
	require.NoError(t, err)
	require.Equal(t, "answer", string(got))
}

func TestAnObjectIsDeletedWithoutATrace(t *testing.T) {
	s := startServer(t, nil)
	control := provisioned(t, s)
	edge, worker := connect(t, bus.Edge, "edge-1", s), connect(t, bus.Worker, "worker-1", s)
	for _, name := range []string{"call-1", "call-2"} {
		require.NoError(t, edge.Overflow.PutObject(t.Context(), bus.Blobs, name, make([]byte, 300<<10)))
	}
	require.NoError(t, edge.Overflow.DeleteObject(t.Context(), bus.Blobs, "call-1"))
	require.NoError(t, edge.Overflow.DeleteObject(t.Context(), bus.Blobs, "call-1"))
	_, err := worker.Overflow.GetObject(t.Context(), bus.Blobs, "call-1")
	require.ErrorIs(t, err, bus.ErrNoObject)
	_, err = worker.Overflow.GetObject(t.Context(), bus.Blobs, "call-2")
	require.NoError(t, err)
	stored, err := control.Control.JS.Stream(t.Context(), "OBJ_blobs")
	require.NoError(t, err)
	require.EqualValues(t, 4, stored.CachedInfo().State.Msgs, "three chunks and what they are of")
}

func TestAnEdgeTakesItsCallBack(t *testing.T) {
	s := startServer(t, nil)
	control := provisioned(t, s)
	edge := connect(t, bus.Edge, "edge-1", s)
	ack, err := edge.Overflow.JS.Publish(t.Context(), bus.OverflowCall.At("openai"), []byte("call"))
	require.NoError(t, err)
	require.NoError(t, edge.Overflow.Drop(bus.Overflow, ack.Sequence))
	eventually(t, func() bool {
		stored, err := control.Control.JS.Stream(t.Context(), bus.Overflow.Name)
		require.NoError(t, err)
		return stored.CachedInfo().State.Msgs == 0
	}, "the call is still there")
}

func TestAnObjectThatIsNotThere(t *testing.T) {
	s := startServer(t, nil)
	provisioned(t, s)
	_, err := connect(t, bus.Edge, "edge-1", s).Control.GetObject(t.Context(), bus.Snapshots, "none")
	require.ErrorIs(t, err, bus.ErrNoObject)
}

func TestTheNatsToolsReadOurObjects(t *testing.T) {
	c := provisioned(t, startServer(t, nil))
	data := bytes.Repeat([]byte("0123456789abcdef"), 20<<10)
	require.NoError(t, c.Control.PutObject(t.Context(), bus.Snapshots, "a/b c", data))
	store, err := c.Control.JS.ObjectStore(t.Context(), bus.Snapshots.Name)
	require.NoError(t, err)
	got, err := store.GetBytes(t.Context(), "a/b c")
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, got))
	_, err = store.PutBytes(t.Context(), "theirs", data)
	require.NoError(t, err)
	got, err = c.Control.GetObject(t.Context(), bus.Snapshots, "theirs")
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, got))
}

func TestABucketIsOpenedOnce(t *testing.T) {
	s := startServer(t, nil)
	provisioned(t, s)
	node := connect(t, bus.Worker, "worker.1", s)
	kv, err := node.Control.Bucket(t.Context(), bus.Nodes)
	require.NoError(t, err)
	_, err = kv.Put(t.Context(), bus.Token("worker.1"), []byte("alive"))
	require.NoError(t, err)
	again, err := node.Control.Bucket(t.Context(), bus.Nodes)
	require.NoError(t, err)
	require.Same(t, kv, again)
	consumer, err := node.Bulk.Consumer(t.Context(), bus.JobWorkers)
	require.NoError(t, err)
	require.Equal(t, "workers", consumer.CachedInfo().Name)
}
