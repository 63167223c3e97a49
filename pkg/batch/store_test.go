package batch

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/files"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/stretchr/testify/require"
)

// place is a cluster with batches.
type place struct {
	t     *testing.T
	conn  *bus.Conn
	files *files.Store
	jobs  *job.Queue
	store *Store
}

func openPlace(t *testing.T, conn *bus.Conn) *place {
	p := &place{t: t, conn: conn, files: files.NewStore(conn), jobs: job.NewQueue(conn, slog.New(slog.DiscardHandler))}
	p.store = NewStore(conn, p.files, p.jobs)
	return p
}

func (p *place) order(caller string, input string) *Order {
	p.t.Helper()
	f, err := p.files.Take(p.t.Context(), strings.NewReader(input), files.MaxBytes)
	require.NoError(p.t, err)
	require.NoError(p.t, p.files.Keep(p.t.Context(), p.files.Owner(caller), f))
	return &Order{Caller: caller, Input: f.ID, Endpoint: endpoints[0], Window: "24h", Credential: "sk-secret"}
}

func (p *place) create(o *Order) *Batch {
	p.t.Helper()
	b, err := p.store.Create(p.t.Context(), o)
	require.NoError(p.t, err)
	return b
}

// run has batches run until the test ends.
func (p *place) run(call func(context.Context, *job.Request) *job.Answer) {
	log := slog.New(slog.DiscardHandler)
	batches := NewRunner(p.store, RunnerOptions{Call: call, Log: log})
	r := job.NewRunner(p.jobs, job.RunnerOptions{Call: batches.Run, Metrics: telemetry.NewMetrics("test"), Log: log})
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	p.t.Cleanup(func() {
		stop()
		running.Wait()
		batches.Leave()
		r.Drain(ctx)
	})
}

func (p *place) comes(id string, to Status) (b *Batch) {
	p.t.Helper()
	require.Eventually(p.t, func() bool {
		var err error
		b, err = p.store.Get(p.t.Context(), "me", id)
		return err == nil && b.Status == to
	}, 30*time.Second, 5*time.Millisecond)
	return b
}

func TestABatchIsKeptRunAndFoundByItsCaller(t *testing.T) {
	c := bustest.Start(t)
	edge, worker := openPlace(t, c.Connect(t, bus.Edge, "e1")), openPlace(t, c.Connect(t, bus.Worker, "w1"))
	o := edge.order("me", inputOf(5))
	o.Key = "k"
	b := edge.create(o)
	require.Equal(t, b.ID, edge.create(o).ID)
	o.Metadata = map[string]string{"other": "one"}
	_, err := edge.store.Create(t.Context(), o)
	require.ErrorIs(t, err, ErrReused)
	_, err = edge.store.Get(t.Context(), "you", b.ID)
	require.ErrorIs(t, err, ErrNotFound)
	_, err = edge.store.Create(t.Context(), &Order{Caller: "you", Input: o.Input, Endpoint: endpoints[0], Window: "24h"})
	require.ErrorIs(t, err, files.ErrNotFound)

	worker.run(func(ctx context.Context, q *job.Request) *job.Answer {
		if q.Credential != "sk-secret" {
			return &job.Answer{Status: 500}
		}
		return answers(ctx, q)
	})
	b = edge.comes(b.ID, Completed)
	require.Equal(t, 5, b.Counts.Total)
	require.Positive(t, b.Counts.Completed)
	f, err := edge.files.Get(t.Context(), edge.files.Owner("me"), b.Output.ID)
	require.NoError(t, err)
	require.Equal(t, b.ID+"_output.jsonl", f.Name)
	all, err := edge.store.List(t.Context(), "me")
	require.NoError(t, err)
	require.Len(t, all, 1)
	_, err = edge.store.Cancel(t.Context(), "me", b.ID)
	require.ErrorIs(t, err, ErrEnded)
}

func TestABatchIsCancelledBeforeAndWhileItIsRun(t *testing.T) {
	p := openPlace(t, bustest.Start(t).Connect(t, bus.Edge|bus.Worker, "n1"))
	early, late := p.create(p.order("me", inputOf(5))), p.create(p.order("me", inputOf(50)))
	b, err := p.store.Cancel(t.Context(), "me", early.ID)
	require.NoError(t, err)
	require.Equal(t, Cancelling, b.Status)
	p.run(func(ctx context.Context, _ *job.Request) *job.Answer {
		<-ctx.Done()
		return nil
	})
	require.Equal(t, Counts{5, 0, 5}, p.comes(early.ID, Cancelled).Counts)
	p.comes(late.ID, InProgress)
	_, err = p.store.Cancel(t.Context(), "me", late.ID)
	require.NoError(t, err)
	require.Equal(t, Counts{50, 0, 50}, p.comes(late.ID, Cancelled).Counts)
}

func TestABatchShowsThatItsJobWasGivenUp(t *testing.T) {
	p := openPlace(t, bustest.Start(t).Connect(t, bus.Edge|bus.Worker, "n1"))
	b := p.create(p.order("me", inputOf(5)))
	j, err := p.jobs.ByKey(t.Context(), "me", jobKey(b.ID))
	require.NoError(t, err)
	_, err = p.jobs.Cancel(t.Context(), j)
	require.NoError(t, err)
	b, err = p.store.Get(t.Context(), "me", b.ID)
	require.NoError(t, err)
	require.Equal(t, Cancelled, b.Status)
}

func TestWhatLiesInTheBucketOfBatchesIsSealed(t *testing.T) {
	p := openPlace(t, bustest.Start(t).Connect(t, bus.Edge, "e1"))
	o := p.order("key:sk-secret", inputOf(1))
	o.Metadata = map[string]string{"name": "secret"}
	b := p.create(o)
	kv, err := p.conn.Control.Bucket(t.Context(), bus.Batches)
	require.NoError(t, err)
	e, err := kv.Get(t.Context(), p.files.Owner("key:sk-secret")+"."+b.ID)
	require.NoError(t, err)
	require.NotContains(t, e.Key()+string(e.Value()), "secret")
}
