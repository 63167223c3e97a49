package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
)

// lossy is a publisher whose answer is lost now and then, so that batches come again.
type lossy struct {
	usage.Local
	n int
}

func (l *lossy) Publish(ctx context.Context, id string, batch []byte) error {
	err := l.Local.Publish(ctx, id, batch)
	if l.n++; l.n%3 == 0 {
		return context.DeadlineExceeded
	}
	return err
}

func TestEveryCallIsInTheLedgerOnceThoughItsServerIsKilled(t *testing.T) {
	server := servers.Postgres(t)
	ledger := open(t, server.Database(t)).Ledger()
	dir := t.TempDir()
	metrics := telemetry.NewMetrics("test")
	start := func() (r *usage.Recorder, stop func()) {
		spool, err := usage.OpenSpool(dir, usage.DefaultSpoolBytes)
		require.NoError(t, err)
		r = usage.NewRecorder(usage.Options{
			Node: "edge-1", Publisher: &lossy{Local: usage.Local{Ledger: ledger}}, Spool: spool,
			Metrics: metrics, Log: slog.New(slog.DiscardHandler),
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { r.Run(ctx); close(done) }()
		return r, func() { cancel(); <-done }
	}
	var calls, cost int64
	record := func(r *usage.Recorder) {
		for range 2000 {
			calls++
			cost += calls
			rec := telemetry.Record{Time: time.Now(), CostNano: calls, VirtualKeyID: fmt.Sprint(calls % 3)}
			rec.Usage.Known = true
			rec.CallID.Set(fmt.Sprint(calls))
			r.Put(&rec)
		}
	}

	edge, stop := start()
	record(edge)
	server.Kill(t)
	record(edge)
	stop() // with records on disk
	edge, stop = start()
	record(edge)
	server.Start(t)
	record(edge)
	require.Eventually(t, func() bool {
		totals, err := ledger.Sum(t.Context(), store.Filter{})
		return err == nil && totals[0].Calls == calls
	}, time.Minute, 10*time.Millisecond)
	stop()

	var sum int64
	totals, err := ledger.Sum(t.Context(), store.Filter{}, store.ByVirtualKey)
	require.NoError(t, err)
	require.Len(t, totals, 3)
	for _, total := range totals {
		sum += total.CostNano
	}
	require.Equal(t, cost, sum)
	require.Zero(t, testutil.ToFloat64(metrics.UsageLost))
}
