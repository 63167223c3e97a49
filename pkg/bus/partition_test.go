package bus_test

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

func TestANodeInABlackHoleKnowsAndComesBack(t *testing.T) {
	t.Parallel()
	s := startServer(t, nil)
	control := provisioned(t, s)
	put(t, control, "one")
	hole := newBlackHole(t, s.Addr())
	edge, err := bus.Connect(t.Context(), bus.Options{URLs: []string{"nats://" + hole.address}, Role: bus.Edge, Node: "edge-1", Secret: cluster})
	require.NoError(t, err)
	defer edge.Close()
	fetched := make(chan string, 16)
	edge.OnReconnect(func() { fetched <- get(t, edge) })
	require.True(t, edge.State(t.Context()).Connected)

	hole.swallows.Store(true)
	state := edge.State(t.Context())
	require.False(t, state.Connected, "asking the server for a sign of life tells at once")
	require.Error(t, state.Err)
	put(t, control, "two")
	eventually(t, func() bool { return !edge.Control.NATS.IsConnected() }, "pings without an answer end the connection")
	hole.swallows.Store(false)
	require.Equal(t, "two", <-fetched)
}

// blackHole passes connections on to a server, until it swallows what they carry.
type blackHole struct {
	address  string
	swallows atomic.Bool
}

func newBlackHole(t *testing.T, server string) *blackHole {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h := &blackHole{address: ln.Addr().String()}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			near, err := ln.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				near.Close()
				continue
			}
			running.Go(func() { h.pass(near, far) })
			running.Go(func() { h.pass(far, near) })
		}
	})
	t.Cleanup(func() {
		ln.Close()
		running.Wait()
	})
	return h
}

// pass copies until one of the two is closed. A connection that was swallowed from
// once is lost for good.
func (h *blackHole) pass(to, from net.Conn) {
	defer to.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		if h.swallows.Load() {
			_, _ = io.Copy(io.Discard, from)
			return
		}
		if err != nil {
			return
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}
