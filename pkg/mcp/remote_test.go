//go:build linux

package mcp_test

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/mcptest"
)

func TestAnEdgeReachesAProgramThatAWorkerRuns(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	cluster := bustest.Start(t)
	edgeConn, workerConn := cluster.Connect(t, bus.Edge, "edge"), cluster.Connect(t, bus.Worker, "worker")
	quick := func(int) time.Duration { return time.Millisecond }
	server := mcp.Server{Name: "p", Kind: mcp.Stdio, Execute: []string{"*"}, MaxBytes: 1 << 20, Ping: 20 * time.Millisecond}

	edge := mcp.NewPool(mcp.Options{Remote: mcp.NewRemote(edgeConn, "edge"), Backoff: quick})
	defer edge.Close()
	edge.Apply([]mcp.Server{server, {Name: "nobodys", Kind: mcp.Stdio}})
	require.Eventually(t, func() bool {
		state, _ := edge.Client("nobodys")
		return state.State == mcp.Disconnected
	}, soon, time.Millisecond)

	worker := mcp.NewPool(mcp.Options{Commands: map[string]mcp.Command{"p": {Path: self, Env: []string{asServer + "=1"}}}, Backoff: quick})
	defer worker.Close()
	own := server
	own.MaxBytes = 16 << 20
	worker.Apply([]mcp.Server{own})
	mcptest.Connected(t, worker)
	ctx, stop := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	serving.Go(func() { _ = worker.Serve(ctx, workerConn) })
	defer serving.Wait()
	defer stop()
	require.Eventually(t, func() bool { return edge.Find(mcp.Filter{}, "p-pid") != nil }, soon, time.Millisecond)
	require.Equal(t, ask(t, worker, "pid"), ask(t, edge, "pid"))
	_, err = edge.Call(t.Context(), mcp.Invocation{Tool: edge.Find(mcp.Filter{}, "p-flood")})
	require.Equal(t, "mcp_answer_too_large", code(err))
	r, err := worker.Call(t.Context(), mcp.Invocation{Tool: worker.Find(mcp.Filter{}, "p-flood")})
	require.NoError(t, err)
	require.Len(t, r.Text(), 4<<20)

	left, leave := context.WithCancel(t.Context())
	serving.Go(func() {
		defer leave()
		_, _ = worker.Call(t.Context(), mcp.Invocation{Tool: worker.Find(mcp.Filter{}, "p-entered")}) // it waits for the other call
	})
	_, err = edge.Call(left, mcp.Invocation{Tool: edge.Find(mcp.Filter{}, "p-hang")})
	require.Equal(t, "client_closed_request", code(err))
	require.Equal(t, "left", ask(t, worker, "left"), "the program was told that nobody waits")

	stop()
	serving.Wait()
	require.Eventually(t, func() bool {
		state, _ := edge.Client("p")
		return state.State == mcp.Disconnected && len(edge.Tools(mcp.Filter{})) == 0
	}, soon, time.Millisecond)
}
