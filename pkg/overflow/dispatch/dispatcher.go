package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/nats-io/nats.go"
)

// Options are what a dispatcher is made with besides its connection. The zero value will do.
type Options struct {
	Log     *slog.Logger
	Metrics *telemetry.Metrics
	// Workers says whether the cluster has any worker, so that calls are not offered
	// to nobody. It is asked a few times a second; nil: there are some.
	Workers func() bool
}

// Dispatcher offers calls to workers. Safe for concurrent use.
type Dispatcher struct {
	link    *bus.Link
	node    string
	log     *slog.Logger
	metrics *telemetry.Metrics
	workers func() bool
	inbox   string // where frames come in, up to the transfer's name

	offers    overflow.Table[*offer]
	taken     atomic.Int64
	notBefore atomic.Int64 // nothing is offered until then: the last offer was refused
	alone     atomic.Bool  // there is no worker

	subscriptions []*nats.Subscription
	stop          context.CancelFunc
	done          sync.WaitGroup
}

// New joins an edge's node to the workers, until Close.
func New(c *bus.Conn, o Options) (*Dispatcher, error) {
	d := &Dispatcher{
		link: c.Overflow, node: c.Node(), workers: o.Workers,
		log: cmp.Or(o.Log, slog.New(slog.DiscardHandler)), metrics: o.Metrics,
	}
	if d.metrics == nil {
		d.metrics = telemetry.NewMetrics("")
	}
	d.inbox = strings.TrimSuffix(bus.Frames.At(d.node, "0"), "0")
	for _, s := range []struct {
		link    *bus.Link
		subject string
		heard   nats.MsgHandler
	}{
		{c.Overflow, bus.Frames.Of(d.node), d.receive},
		{c.Control, bus.NodeDown.All(), d.nodeDown},
	} {
		sub, err := s.link.NATS.Subscribe(s.subject, s.heard)
		if err == nil {
			err = sub.SetPendingLimits(-1, -1) // what may come is bounded by credit
		}
		if err != nil {
			d.unsubscribe()
			return nil, fmt.Errorf("listen to workers: %w", err)
		}
		d.subscriptions = append(d.subscriptions, sub)
	}
	running, stop := context.WithCancel(context.Background())
	d.stop = stop
	d.done.Go(func() { d.run(running) })
	return d, nil
}

// Close ends it. Calls that are still with workers break off.
func (d *Dispatcher) Close() {
	d.unsubscribe()
	d.offers.Each(func(o *offer) { o.receiver.Lose(o.receiver.Worker()) })
	d.stop()
	d.done.Wait()
}

func (d *Dispatcher) unsubscribe() {
	for _, s := range d.subscriptions {
		_ = s.Unsubscribe() // fails only if the connection is closed
	}
}

// Taken returns how many calls workers have taken.
func (d *Dispatcher) Taken() int64 { return d.taken.Load() }

// Takes says whether a call could be handed over now.
func (d *Dispatcher) Takes(string) bool {
	return !d.alone.Load() && time.Now().UnixNano() >= d.notBefore.Load() && d.link.NATS.IsConnected()
}

// Offer offers a call, which must be over by deadline, to the workers. It fills in
// what the call is called on the bus, and keeps the call's body until the receiver is
// closed.
func (d *Dispatcher) Offer(c *overflow.Call, deadline time.Time) (*overflow.Receiver, error) {
	c.Transfer, c.Edge = overflow.ID(rand.Uint64()), d.node
	c.Blob = len(c.Body) > overflow.MaxInline
	if c.Blob {
		ctx, cancel := context.WithTimeout(context.Background(), min(blobTime, c.Budget/4))
		defer cancel()
		if err := d.link.PutObject(ctx, bus.Blobs, c.Transfer.String(), c.Body); err != nil {
			d.pause(refusalPause)
			return nil, err
		}
	}
	o := &offer{
		receiver: overflow.NewReceiver(c.Transfer, deadline, d), pool: c.Provider, blob: c.Blob,
		message: c.Append(nil), asked: time.Now(),
	}
	d.offers.Enter(c.Transfer, o)
	if err := d.queue(o, c.Budget); err != nil {
		d.refuse(o, absencePause)
		o.receiver.Close()
		return nil, fmt.Errorf("offer a call to workers: %w", err)
	}
	return o.receiver, nil
}

// blobTime bounds how long the body of a call may take to its store.
const blobTime = 2 * time.Second

// How long nothing is offered after an offer was refused: because the queue was full,
// or since nobody was there.
const (
	refusalPause = 50 * time.Millisecond
	absencePause = time.Second
)

func (d *Dispatcher) pause(t time.Duration) { d.notBefore.Store(time.Now().Add(t).UnixNano()) }

// Flow implements overflow.Link.
func (d *Dispatcher) Flow(worker string, id overflow.ID, message []byte) {
	// One that cannot be sent is made up for by the next, or by the worker's patience.
	_ = d.link.NATS.Publish(bus.Flow.At(worker, id.String()), message)
}

// Forget implements overflow.Link.
func (d *Dispatcher) Forget(id overflow.ID, unclaimed bool) {
	o, found := d.offers.Leave(id)
	if !found {
		return
	}
	if unclaimed {
		d.metrics.OverflowOffers.WithLabelValues("withdrawn").Inc()
		if sequence := o.queuedAs(); sequence > 0 {
			d.takeBack(sequence)
		}
	}
	if o.blob {
		d.done.Go(func() { d.deleteBlob(id) })
	}
}

// takeBack takes a call out of the queue.
func (d *Dispatcher) takeBack(sequence uint64) {
	_ = d.link.Drop(bus.Overflow, sequence) // else a worker claims it, and does not get the consent
}

func (d *Dispatcher) deleteBlob(id overflow.ID) {
	if err := d.link.DeleteObject(context.Background(), bus.Blobs, id.String()); err != nil {
		d.log.Debug("overflow: the body of a call is left in its store until it is too old", "error", err)
	}
}

// run ticks.
func (d *Dispatcher) run(ctx context.Context) {
	const second = int(time.Second / tick)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			d.alone.Store(d.workers != nil && !d.workers())
			d.offers.Each(func(o *offer) {
				d.unanswered(o, now)
				if n%second == 0 {
					o.receiver.Tick(now)
				}
			})
		}
	}
}

// tick is how often offers are looked at.
const tick = 250 * time.Millisecond
