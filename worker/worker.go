package worker

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/nats-io/nats.go"
)

// Options are what a worker is made with. The zero value will do.
type Options struct {
	Log     *slog.Logger
	Metrics *telemetry.Metrics
}

// Worker runs calls that edges hand over.
type Worker struct {
	gateway *gateway.Gateway
	bus     *bus.Conn
	log     *slog.Logger
	metrics *telemetry.Metrics

	transfers overflow.Table[*transfer]
	claimed   atomic.Int64
	calls     sync.WaitGroup
	blobs     chan struct{} // bounds how many bodies are fetched at once

	draining chan struct{} // closed when no more calls are taken
	drain    sync.Once
	ended    chan struct{} // closed when Run has come to its end
}

// blobsAtOnce bounds the bodies that are on their way to a worker: each may be large.
const blobsAtOnce = 4

// New makes a worker of an engine and a place in the cluster.
func New(g *gateway.Gateway, c *bus.Conn, o Options) *Worker {
	w := &Worker{
		gateway: g, bus: c, log: cmp.Or(o.Log, slog.New(slog.DiscardHandler)), metrics: o.Metrics,
		blobs: make(chan struct{}, blobsAtOnce), draining: make(chan struct{}), ended: make(chan struct{}),
	}
	if w.metrics == nil {
		w.metrics = telemetry.NewMetrics("")
	}
	return w
}

// Claimed returns how many calls the worker has taken.
func (w *Worker) Claimed() int64 { return w.claimed.Load() }

// Run takes calls, for the providers that are configured, until ctx ends or Drain is
// called. When it returns no call is under way any more: the end of ctx cuts those
// that are, and Drain lets them finish. It is called once.
func (w *Worker) Run(ctx context.Context) error {
	defer close(w.ended)
	stop, err := w.listen()
	defer stop()
	if err != nil {
		return err
	}
	running, halt := context.WithCancel(ctx)
	defer halt()
	p := puller{worker: w, pools: map[string]context.CancelFunc{}}
	p.follow(running)
	tick, look := time.NewTicker(time.Second), time.NewTicker(followEvery)
	defer tick.Stop()
	defer look.Stop()
	for taking := true; taking; {
		select {
		case <-tick.C:
			w.transfers.Each((*transfer).tick)
		case <-look.C:
			p.follow(running)
		case <-w.draining:
			taking = false
		case <-ctx.Done():
			taking = false
		}
	}
	halt()
	p.pulls.Wait()
	w.finish(ctx, tick.C)
	return nil
}

// finish waits for the calls that are under way. From the end of ctx on they are cut.
func (w *Worker) finish(ctx context.Context, tick <-chan time.Time) {
	finished := make(chan struct{})
	go func() {
		w.calls.Wait()
		close(finished)
	}()
	cut := ctx.Done()
	for {
		select {
		case <-finished:
			return
		case <-tick:
			w.transfers.Each((*transfer).tick)
		case <-cut:
			cut = nil
			w.gateway.CutCalls()
		}
	}
}

// Drain takes no more calls and waits for Run to end: those that are under way
// finish; when ctx ends they are cut, each with an error for its caller.
func (w *Worker) Drain(ctx context.Context) {
	w.drain.Do(func() { close(w.draining) })
	select {
	case <-w.ended:
		return
	case <-ctx.Done():
	}
	w.gateway.CutCalls()
	<-w.ended
}

// listen hears what edges say of the calls that they have handed over, and which
// nodes are gone.
func (w *Worker) listen() (stop func(), err error) {
	var subscriptions []*nats.Subscription
	stop = func() {
		for _, s := range subscriptions {
			_ = s.Unsubscribe() // fails only if the connection is closed
		}
	}
	for _, s := range []struct {
		link    *bus.Link
		subject string
		heard   nats.MsgHandler
	}{
		{w.bus.Overflow, bus.Flow.Of(w.bus.Node()), w.flow},
		{w.bus.Control, bus.NodeDown.All(), w.nodeDown},
	} {
		sub, err := s.link.NATS.Subscribe(s.subject, s.heard)
		if err != nil {
			return stop, fmt.Errorf("listen to edges: %w", err)
		}
		subscriptions = append(subscriptions, sub)
	}
	return stop, nil
}

func (w *Worker) flow(m *nats.Msg) {
	values, ok := bus.Flow.Values(m.Subject)
	if !ok || len(values) != 2 {
		return
	}
	if id, ok := overflow.ParseID(values[1]); ok {
		if t, found := w.transfers.Find(id); found {
			t.Deliver(m.Data)
		}
	}
}

func (w *Worker) nodeDown(m *nats.Msg) {
	values, ok := bus.NodeDown.Values(m.Subject)
	if !ok || len(values) != 1 {
		return
	}
	w.transfers.Each(func(t *transfer) {
		if t.edge == values[0] {
			t.Lose()
		}
	})
}
