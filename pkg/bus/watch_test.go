package bus_test

import (
	"context"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

func TestANodeThatDiesIsTold(t *testing.T) {
	s := startServer(t, nil)
	control := connect(t, bus.Control, "control-1", s)
	other := connect(t, bus.Worker, "worker-1", s)
	told := make(chan *nats.Msg, 16)
	_, err := other.Control.NATS.ChanSubscribe(bus.NodeDown.All(), told)
	require.NoError(t, err)
	require.NoError(t, other.Control.NATS.Flush())

	ctx, cancel := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	down := make(chan string, 16)
	watching.Go(func() {
		if err := bus.WatchNodes(ctx, control, func(node string) { down <- node }); err != nil {
			t.Error(err)
		}
	})
	// A node may be gone before the watch has begun; one of these is not.
	eventually(t, func() bool {
		edge := connect(t, bus.Edge, "edge-1.local", s)
		edge.Bulk.NATS.Close()
		edge.Overflow.NATS.Close()
		edge.Control.NATS.Close()
		select {
		case node := <-down:
			require.Equal(t, "edge-1.local", node)
			return true
		default:
			return false
		}
	}, "told of the node's death")
	m := <-told
	values, ok := bus.NodeDown.Values(m.Subject)
	require.True(t, ok)
	require.Equal(t, []string{"edge-1.local"}, values)
	require.Empty(t, m.Data)
}
