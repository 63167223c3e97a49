package bus_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

func TestProvisionTwiceChangesNothing(t *testing.T) {
	c := provisioned(t, startServer(t, nil))
	before := configs(t, c)
	require.NoError(t, bus.Provision(t.Context(), c, bus.ProvisionOptions{Replicas: 1}))
	require.Equal(t, before, configs(t, c))
}

func TestProvisionByManyAtOnce(t *testing.T) {
	t.Parallel()
	s := startServer(t, nil)
	var all sync.WaitGroup
	failed := make([]error, 5)
	for i := range failed {
		c := connect(t, bus.Control, fmt.Sprint("control-", i), s)
		all.Go(func() { failed[i] = bus.Provision(t.Context(), c, bus.ProvisionOptions{Replicas: 1}) })
	}
	all.Wait()
	for _, err := range failed {
		require.NoError(t, err)
	}
}

func TestProvisionTakesNothingAway(t *testing.T) {
	c := provisioned(t, startServer(t, nil))
	s, err := c.Control.JS.Stream(t.Context(), bus.Overflow.Name)
	require.NoError(t, err)
	newer := s.CachedInfo().Config
	newer.MaxMsgs, newer.MaxAge, newer.Subjects = 50_000, time.Hour, append(newer.Subjects, "ovfnew.>")
	_, err = c.Control.JS.UpdateStream(t.Context(), newer)
	require.NoError(t, err)
	before := configs(t, c)

	require.NoError(t, bus.Provision(t.Context(), c, bus.ProvisionOptions{Replicas: 1}))
	require.Equal(t, before, configs(t, c))
}

func TestProvisionAddsWhatAnOlderVersionDidNotHave(t *testing.T) {
	c := connect(t, bus.Control, "control-1", startServer(t, nil))
	_, err := c.Control.JS.CreateStream(t.Context(), jetstream.StreamConfig{
		Name: bus.Overflow.Name, Subjects: []string{bus.OverflowCall.All()}, Retention: jetstream.WorkQueuePolicy,
		Storage: jetstream.MemoryStorage, Discard: jetstream.DiscardNew, MaxMsgs: 10, MaxAge: time.Minute,
	})
	require.NoError(t, err)
	require.NoError(t, bus.Provision(t.Context(), c, bus.ProvisionOptions{Replicas: 1}))
	s, err := c.Control.JS.Stream(t.Context(), bus.Overflow.Name)
	require.NoError(t, err)
	require.EqualValues(t, 1024, s.CachedInfo().Config.MaxMsgs)
	require.True(t, s.CachedInfo().Config.AllowMsgTTL)
}

// A copy on another server may lag behind the hint that a key was revoked.
func TestVirtualKeysAreReadFromTheServerThatTakesTheWrites(t *testing.T) {
	server := startServer(t, nil)
	kv, err := provisioned(t, server).Control.Bucket(t.Context(), bus.VirtualKeys)
	require.NoError(t, err)
	s, err := kv.Status(t.Context())
	require.NoError(t, err)
	require.False(t, s.(*jetstream.KeyValueBucketStatus).StreamInfo().Config.AllowDirect)
	_, err = kv.Put(t.Context(), "k1", []byte("value"))
	require.NoError(t, err)
	kv, err = connect(t, bus.Edge, "edge-1", server).Control.Bucket(t.Context(), bus.VirtualKeys)
	require.NoError(t, err)
	e, err := kv.Get(t.Context(), "k1")
	require.NoError(t, err)
	require.Equal(t, "value", string(e.Value()))
}

func TestProvisionRefusesAStreamOfAnotherKind(t *testing.T) {
	c := connect(t, bus.Control, "control-1", startServer(t, nil))
	_, err := c.Control.JS.CreateStream(t.Context(), jetstream.StreamConfig{Name: bus.Overflow.Name, Subjects: []string{bus.OverflowCall.All()}})
	require.NoError(t, err)
	err = bus.Provision(t.Context(), c, bus.ProvisionOptions{Replicas: 1})
	require.ErrorContains(t, err, "stream OVF")
	require.ErrorContains(t, err, "differs")
}

func TestProvisionKeepsThreeCopiesOnThreeServers(t *testing.T) {
	t.Parallel()
	servers := startCluster(t)
	c := connect(t, bus.Control, "control-1", servers...)
	require.NoError(t, bus.Provision(soon(t), c, bus.ProvisionOptions{}))
	for name, replicas := range map[string]int{bus.Commits.Name: 3, "KV_" + bus.Config.Name: 3, bus.Overflow.Name: 1} {
		s, err := c.Control.JS.Stream(t.Context(), name)
		require.NoError(t, err)
		require.Equal(t, replicas, s.CachedInfo().Config.Replicas, name)
	}
}

// configs are the configurations of all streams and consumers.
func configs(t *testing.T, c *bus.Conn) map[string]any {
	t.Helper()
	out := map[string]any{}
	list := c.Control.JS.ListStreams(t.Context())
	for info := range list.Info() {
		out[info.Config.Name] = info.Config
		s, err := c.Control.JS.Stream(t.Context(), info.Config.Name)
		require.NoError(t, err)
		consumers := s.ListConsumers(t.Context())
		for ci := range consumers.Info() {
			out[info.Config.Name+"/"+ci.Name] = ci.Config
		}
		require.NoError(t, consumers.Err())
	}
	require.NoError(t, list.Err())
	require.NotEmpty(t, out)
	return out
}
