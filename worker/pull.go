package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	// followEvery is how soon calls of a new provider are taken.
	followEvery = 250 * time.Millisecond
	// pullTime is how long one pull stands. A server that comes back has forgotten
	// those of before.
	pullTime = time.Second
	// pullRetry is how long to wait after one that could not be made.
	pullRetry = 250 * time.Millisecond
	// maxPull bounds how many calls are asked for at once.
	maxPull = 256
)

// puller takes calls for each provider that is configured. It belongs to one goroutine.
type puller struct {
	worker *Worker
	pools  map[string]context.CancelFunc
	pulls  sync.WaitGroup
}

// follow pulls for the providers of the configuration in force, and for no other.
func (p *puller) follow(ctx context.Context) {
	configured := p.worker.gateway.Providers()
	for pool, stop := range p.pools {
		if !slices.Contains(configured, pool) {
			stop()
			delete(p.pools, pool)
		}
	}
	for _, pool := range configured {
		if p.pools[pool] == nil {
			pulling, stop := context.WithCancel(ctx)
			p.pools[pool] = stop
			p.pulls.Go(func() { p.worker.pull(pulling, pool) })
		}
	}
}

// pull takes calls for one provider until ctx ends.
func (w *Worker) pull(ctx context.Context, pool string) {
	direct, err := w.bus.Overflow.NATS.QueueSubscribe(bus.OverflowDirect.At(pool), bus.DirectQueue, w.direct)
	if err != nil {
		w.log.Error("overflow: calls cannot be taken past the queue", "provider", pool, "error", err)
	} else {
		defer direct.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	}
	var consumer jetstream.Consumer
	for failing := false; ctx.Err() == nil; {
		if free := w.gateway.AwaitSlots(ctx, pool); free > 0 {
			if consumer, err = w.pullOnce(ctx, pool, consumer, min(free, maxPull)); err == nil {
				failing = false
				continue
			}
			if !failing && ctx.Err() == nil {
				failing = true
				w.log.Warn("overflow: no calls can be taken; trying on", "provider", pool, "error", err)
			}
		}
		select {
		case <-time.After(pullRetry):
		case <-ctx.Done():
		}
	}
}

// pullOnce asks for n calls, and returns when they have come or the pull has expired.
// Slots that come free meanwhile are asked for by the next pull. It opens the
// provider's consumer unless it is given, and returns it.
func (w *Worker) pullOnce(ctx context.Context, pool string, consumer jetstream.Consumer, n int) (jetstream.Consumer, error) {
	link := w.bus.Overflow
	if !link.NATS.IsConnected() { // a pull that cannot be sent would leave a subscription behind
		return consumer, errors.New("nats: not connected")
	}
	ctx, cancel := context.WithTimeout(ctx, pullTime)
	defer cancel()
	if consumer == nil {
		var err error
		if consumer, err = link.Consumer(ctx, bus.OverflowPool(pool)); err != nil {
			return nil, err
		}
	}
	batch, err := consumer.Fetch(n, jetstream.FetchContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("pull calls: %w", err)
	}
	for m := range batch.Messages() {
		w.queued(m)
	}
	if err := batch.Error(); err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("pull calls: %w", err)
	}
	return consumer, nil
}

// queued takes a call from the queue, or lets another worker have it.
func (w *Worker) queued(m jetstream.Msg) {
	var call overflow.Call
	if err := call.Decode(m.Data()); err != nil {
		w.log.Warn("overflow: a call cannot be read; another worker may", "error", err)
		_ = m.Nak() // else it comes to another a second later
		return
	}
	slot, ok := w.gateway.TakeSlot(call.Provider)
	if !ok {
		_ = m.Nak() // as above
		return
	}
	if err := m.Ack(); err != nil { // it comes to another then
		slot.Release()
		return
	}
	w.calls.Go(func() { w.serve(&call, slot) })
}

// direct takes a call that came past the queue, or says that there is no slot for it.
func (w *Worker) direct(m *nats.Msg) {
	var call overflow.Call
	if err := call.Decode(m.Data); err != nil {
		w.log.Warn("overflow: a call cannot be read", "error", err)
		return
	}
	if slot, ok := w.gateway.TakeSlot(call.Provider); ok {
		w.calls.Go(func() { w.serve(&call, slot) })
		return
	}
	busy := overflow.Frame{Kind: overflow.Busy, Worker: w.bus.Node()}
	_ = w.bus.Overflow.NATS.Publish(framesOf(&call), busy.Append(nil)) // else the edge waits for its own slot
}

func framesOf(call *overflow.Call) string { return bus.Frames.At(call.Edge, call.Transfer.String()) }
