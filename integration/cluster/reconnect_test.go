//go:build integration

package cluster_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

func TestManyNodesComeBackAtOnceAfterARestartOfNATS(t *testing.T) {
	c := startCluster(t, 1, 1)
	key, err := secret.ParseKey(c.secret)
	require.NoError(t, err)
	const nodes = 50 // of three connections each
	conns := make([]*bus.Conn, nodes)
	for i := range conns {
		conns[i], err = bus.Connect(t.Context(), bus.Options{URLs: []string{c.urls}, Role: bus.Edge, Node: fmt.Sprint("many-", i), Secret: key})
		require.NoError(t, err)
		defer conns[i].Close()
	}
	var back sync.WaitGroup
	for _, conn := range conns {
		back.Add(1)
		conn.OnReconnect(sync.OnceFunc(back.Done))
	}
	c.nats[0].kill()
	require.Equal(t, http.StatusOK, c.chat(c.edges[0], "").status)
	c.nats[0].run()
	all := make(chan struct{})
	go func() {
		back.Wait()
		close(all)
	}()
	select {
	case <-all:
	case <-time.After(patience):
		require.Fail(t, "not every node came back")
	}
	require.Eventually(t, func() bool {
		for _, conn := range conns {
			if !conn.Control.NATS.IsConnected() || !conn.Overflow.NATS.IsConnected() || !conn.Bulk.NATS.IsConnected() {
				return false
			}
		}
		return true
	}, patience, 20*time.Millisecond)
	require.Eventually(t, func() bool { return write(c.control, 300) == http.StatusOK }, patience, 20*time.Millisecond)
}
