package mcp_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/mcp"
)

func TestApprovalsAreTheClusters(t *testing.T) {
	cluster, ctx := bustest.Start(t), t.Context()
	edge := mcp.NewBusPins(cluster.Connect(t, bus.Edge, "edge"))
	control := mcp.NewBusPins(cluster.Connect(t, bus.Control, "control"))
	none, err := edge.Approved(ctx, "a-b")
	require.NoError(t, err)
	require.Empty(t, none)
	var both sync.WaitGroup
	for _, p := range []*mcp.BusPins{edge, control} {
		both.Go(func() { _ = p.Approve(ctx, "a-b", map[string]string{"one": "1"}, false) })
	}
	both.Wait()
	require.NoError(t, edge.Approve(ctx, "a-b", map[string]string{"one": "2", "two": "2"}, false), "what is there stays")
	found, err := control.Approved(ctx, "a-b")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"one": "1", "two": "2"}, found)
	require.NoError(t, control.Approve(ctx, "a-b", map[string]string{"one": "3"}, true))
	found, err = edge.Approved(ctx, "a-b")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"one": "3", "two": "2"}, found)
}
