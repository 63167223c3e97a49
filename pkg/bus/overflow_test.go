package bus_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

func TestAWorkerClaimsTheCallsOfAProvider(t *testing.T) {
	s := startServer(t, nil)
	control := provisioned(t, s)
	for range 2 {
		require.NoError(t, bus.ProvisionPools(t.Context(), control, []string{"openai", "my.own"}))
	}
	edge, worker := connect(t, bus.Edge, "edge-1", s), connect(t, bus.Worker, "worker-1", s)
	for range 2 { // the second is dropped
		_, err := edge.Overflow.JS.Publish(t.Context(), bus.OverflowCall.At("my.own"), []byte("call"),
			jetstream.WithMsgID("call-1.1"), jetstream.WithMsgTTL(time.Minute))
		require.NoError(t, err)
	}
	own, err := worker.Overflow.Consumer(t.Context(), bus.OverflowPool("my.own"))
	require.NoError(t, err)
	m, err := own.Next(jetstream.FetchMaxWait(patience))
	require.NoError(t, err)
	require.Equal(t, "call", string(m.Data()))
	require.NoError(t, m.DoubleAck(t.Context()))
	eventually(t, func() bool {
		queue, err := control.Control.JS.Stream(t.Context(), "OVF")
		return err == nil && queue.CachedInfo().State.Msgs == 0
	}, "the queue is empty")
	other, err := worker.Overflow.Consumer(t.Context(), bus.OverflowPool("openai"))
	require.NoError(t, err)
	require.Zero(t, other.CachedInfo().NumPending)
}

func TestAFullQueueRefusesMore(t *testing.T) {
	s := startServer(t, nil)
	provisioned(t, s)
	edge := connect(t, bus.Edge, "edge-1", s)
	for {
		_, err := edge.Overflow.JS.Publish(t.Context(), bus.OverflowCall.At("openai"), nil)
		if err == nil {
			continue
		}
		var api *jetstream.APIError
		require.ErrorAs(t, err, &api)
		require.EqualValues(t, 10077, api.ErrorCode)
		return
	}
}
