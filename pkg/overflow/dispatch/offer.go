package dispatch

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/nats-io/nats.go"
)

// offer is a call that was offered, until its answer is over.
type offer struct {
	receiver *overflow.Receiver
	pool     string
	blob     bool

	mu       sync.Mutex
	message  []byte // nil once a worker has it
	asked    time.Time
	sequence uint64 // in the queue
	direct   bool   // it goes past the queue
	busy     int    // workers that had no slot
}

// maxBusy is how many busy workers are asked directly, beyond the first.
const maxBusy = 2

// answerTime is how long it may take until it is known that an offer has come anywhere.
const answerTime = 250 * time.Millisecond

func (o *offer) queuedAs() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.sequence
}

// replyTo is where all that concerns an offer comes in, the queue's receipt included.
func (d *Dispatcher) replyTo(o *offer) string { return d.inbox + o.receiver.Transfer().String() }

// queue puts an offer into the workers' queue, where it lives as long as its call.
func (d *Dispatcher) queue(o *offer, budget time.Duration) error {
	m := nats.NewMsg(bus.OverflowCall.At(o.pool))
	m.Reply, m.Data = d.replyTo(o), o.message
	m.Header.Set(bus.HeaderTTL, max(budget, time.Second).Round(time.Second).String())
	return d.link.NATS.PublishMsg(m)
}

// receive takes what comes in for this node.
func (d *Dispatcher) receive(m *nats.Msg) {
	id, ok := overflow.ParseID(m.Subject[len(d.inbox):])
	if !ok {
		return
	}
	o, _ := d.offers.Find(id) // nil if it is not wanted any more
	switch {
	case len(m.Data) == 0: // the server's word that nobody listens
		if o != nil {
			d.unreachable(o)
		}
	case m.Data[0] == '{':
		d.receipt(o, m.Data)
	default:
		d.frame(o, id, m.Data)
	}
}

// frame takes a message of a worker's.
func (d *Dispatcher) frame(o *offer, id overflow.ID, message []byte) {
	var f overflow.Frame
	if err := f.Decode(message); err != nil {
		d.log.Warn("overflow: a worker's message cannot be read", "error", err)
		return
	}
	switch {
	case o == nil && f.Worker != "": // it is not wanted any more
		d.Flow(f.Worker, id, overflow.Cancel())
	case o == nil:
	case f.Kind == overflow.Busy:
		d.bounced(o)
	case f.Kind == overflow.Beat:
		d.claimed(o)
		o.receiver.Deliver(&f)
	default:
		o.receiver.Deliver(&f)
	}
}

// claimed notes that a worker has a slot for an offer.
func (d *Dispatcher) claimed(o *offer) {
	o.mu.Lock()
	first := o.message != nil
	o.message = nil
	o.mu.Unlock()
	if first {
		d.taken.Add(1)
		d.metrics.OverflowOffers.WithLabelValues("taken").Inc()
	}
}

// receipt takes the queue's word on an offer: its place there, or why it has none.
func (d *Dispatcher) receipt(o *offer, message []byte) {
	var said struct {
		Sequence uint64 `json:"seq"`
		Error    *struct {
			Code int `json:"err_code"`
		} `json:"error"`
	}
	switch err := json.Unmarshal(message, &said); {
	case err != nil:
	case said.Error == nil && o == nil:
		d.takeBack(said.Sequence) // withdrawn meanwhile
	case said.Error == nil:
		o.mu.Lock()
		o.sequence = said.Sequence
		o.mu.Unlock()
	case o == nil:
	case full[said.Error.Code]:
		d.refuse(o, refusalPause)
	default:
		d.unreachable(o)
	}
}

// full are the server's errors for a queue that has no room: it is full, or the
// server is.
var full = map[int]bool{10077: true, 10023: true, 10028: true}

// unreachable goes on with an offer that has come nowhere: past the queue, if that
// has not been tried.
func (d *Dispatcher) unreachable(o *offer) {
	o.mu.Lock()
	direct, message := o.direct, o.message
	o.direct, o.asked = true, time.Now()
	o.mu.Unlock()
	switch {
	case message == nil:
	case direct:
		d.refuse(o, absencePause)
	default:
		d.ask(o, message)
	}
}

// ask asks any worker.
func (d *Dispatcher) ask(o *offer, message []byte) {
	if d.link.NATS.PublishRequest(bus.OverflowDirect.At(o.pool), d.replyTo(o), message) != nil {
		d.refuse(o, absencePause)
	}
}

// bounced goes on with an offer that a worker had no slot for.
func (d *Dispatcher) bounced(o *offer) {
	o.mu.Lock()
	o.busy++
	o.asked = time.Now()
	again, message := o.busy <= maxBusy, o.message
	o.mu.Unlock()
	switch {
	case message == nil:
	case again:
		d.ask(o, message)
	default:
		d.refuse(o, refusalPause)
	}
}

// unanswered goes on with an offer of which nothing was heard for too long.
func (d *Dispatcher) unanswered(o *offer, now time.Time) {
	o.mu.Lock()
	lost := o.message != nil && o.sequence == 0 && now.Sub(o.asked) > answerTime
	o.mu.Unlock()
	if lost {
		d.unreachable(o)
	}
}

// refuse says that nobody takes an offer. For a while none is made then.
func (d *Dispatcher) refuse(o *offer, pause time.Duration) {
	d.metrics.OverflowOffers.WithLabelValues("refused").Inc()
	d.pause(pause)
	o.receiver.Refuse()
}

// nodeDown hears that a node is gone.
func (d *Dispatcher) nodeDown(m *nats.Msg) {
	if values, ok := bus.NodeDown.Values(m.Subject); ok && len(values) == 1 {
		d.offers.Each(func(o *offer) { o.receiver.Lose(values[0]) })
	}
}
