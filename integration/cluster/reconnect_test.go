//go:build integration

package cluster_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestManyNodesComeBackAtOnceAfterARestartOfNATS(t *testing.T) {
	c := startCluster(t, 1, 1)
	key, err := secret.ParseKey(c.Secret)
	require.NoError(t, err)
	const many = 50 // of three connections each
	conns := make([]*bus.Conn, many)
	for i := range conns {
		conns[i], err = bus.Connect(t.Context(), bus.Options{URLs: []string{c.URLs}, Role: bus.Edge, Node: fmt.Sprint("many-", i), Secret: key})
		require.NoError(t, err)
		defer conns[i].Close()
	}
	var back sync.WaitGroup
	for _, conn := range conns {
		back.Add(1)
		conn.OnReconnect(sync.OnceFunc(back.Done))
	}
	c.NATS[0].Kill()
	require.Equal(t, http.StatusOK, c.Chat(c.Edges[0], "").Status)
	c.NATS[0].Run()
	all := make(chan struct{})
	go func() {
		back.Wait()
		close(all)
	}()
	select {
	case <-all:
	case <-time.After(nodes.Patience):
		require.Fail(t, "not every node came back")
	}
	require.Eventually(t, func() bool {
		for _, conn := range conns {
			if !conn.Control.NATS.IsConnected() || !conn.Overflow.NATS.IsConnected() || !conn.Bulk.NATS.IsConnected() {
				return false
			}
		}
		return true
	}, nodes.Patience, 20*time.Millisecond)
	require.Eventually(t, func() bool { return write(c.Control, 300) == http.StatusOK }, nodes.Patience, 20*time.Millisecond)
}
