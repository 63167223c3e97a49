package usage

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

func TestBatchesCrossTheClusterToTheLedger(t *testing.T) {
	cluster := bustest.Start(t)
	l := &ledger{}
	var writing sync.WaitGroup
	defer writing.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for i := range 2 { // two that share the work
		w := &Writer{
			Source: NewJetStream(cluster.Connect(t, bus.Worker, fmt.Sprint("worker-", i))), Ledger: l,
			Metrics: telemetry.NewMetrics("test"), Log: slog.New(slog.DiscardHandler),
		}
		writing.Go(func() { w.Run(ctx) })
	}
	const batches = 40
	for _, node := range []string{"edge-1", "edge.2"} {
		p := NewJetStream(cluster.Connect(t, bus.Edge, node))
		for i := range batches {
			id := fmt.Sprint(node, ".", i)
			for range 2 { // as after an answer that was lost
				require.NoError(t, p.Publish(t.Context(), id, encodeBatch(node, []Entry{{CallID: id}})))
			}
		}
	}
	require.Eventually(t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return len(l.entries) == 2*batches
	}, time.Minute, 5*time.Millisecond)
}

func TestABatchComesAgainUntilItIsAcknowledged(t *testing.T) {
	cluster := bustest.Start(t)
	require.NoError(t, NewJetStream(cluster.Connect(t, bus.Edge, "edge-1")).Publish(t.Context(), "1", []byte("batch")))
	s := NewJetStream(cluster.Connect(t, bus.Control, "control-1"))
	for again := range 3 {
		got, err := s.Fetch(t.Context(), 10)
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, "batch", string(got[0].Data()))
		if again < 2 {
			require.NoError(t, got[0].Nak(0))
		} else {
			require.NoError(t, got[0].Ack())
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Fetch(ended, 10)
	require.ErrorIs(t, err, context.Canceled)
}

func TestPublishingFailsAtOnceWhileNoServerIsThere(t *testing.T) {
	cluster := bustest.Start(t)
	conn := cluster.Connect(t, bus.Edge, "edge-1")
	cluster.Server.Shutdown()
	require.Eventually(t, func() bool { return !conn.Bulk.NATS.IsConnected() }, time.Minute, time.Millisecond)
	require.Error(t, NewJetStream(conn).Publish(t.Context(), "1", []byte("batch")))
}
