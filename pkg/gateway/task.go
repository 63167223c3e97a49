package gateway

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// A worker's call is a task: another node's engine has admitted and routed it, and
// decides on retries, fallbacks and the record. Here it is tried once.
type task struct {
	*overflow.Call
	slot   bool // a slot is held for it
	orphan bool // the node that would settle it is gone
}

// takeSlot hands out the slot that is held, once.
func (t *task) takeSlot() bool {
	held := t != nil && t.slot
	if held {
		t.slot = false
	}
	return held
}

// settledElsewhere says whether another node counts and records the call.
func (t *task) settledElsewhere() bool { return t != nil && !t.orphan }

// Slot is a slot of a provider's that is held for a task.
type Slot struct {
	snapshot *Snapshot
	provider *Provider
}

// TakeSlot takes a free slot of a provider, if there is one. It is given to DoTask,
// or back with Release.
func (g *Gateway) TakeSlot(provider string) (Slot, bool) {
	s := g.snapshot.Load()
	p := s.providers[provider]
	if p == nil || !p.pool.Take() {
		return Slot{}, false
	}
	return Slot{s, p}, true
}

// Release gives back a slot that no task has had.
func (s Slot) Release() { s.provider.pool.Release() }

// AwaitSlots waits until a provider has free slots, and returns how many; 0 for a
// provider that is not configured, or when ctx ends.
func (g *Gateway) AwaitSlots(ctx context.Context, provider string) int {
	p := g.snapshot.Load().providers[provider]
	if p == nil {
		return 0
	}
	var cut upstream.Cut
	defer context.AfterFunc(ctx, cut.Fire)()
	if !p.pool.Await(&cut) {
		return 0
	}
	p.pool.Release()
	busy, waiting, slots := p.pool.Stats()
	return max(slots-busy-waiting, 1)
}

// DoTask runs a call that another node has handed over, on the slot that is held for
// it. The caller fills in Client only. It is else as Do.
func (g *Gateway) DoTask(c *Call, t *overflow.Call, s Slot) *api.Error {
	c.gateway, c.snapshot, c.began = g, s.snapshot, time.Now()
	c.takeOver(t)
	if c.snapshot.tracing != nil {
		c.traceWork()
	}
	c.candidates = append(c.candidates, candidate{provider: s.provider, model: t.Target})
	defer func() {
		if c.task.takeSlot() {
			s.Release()
		}
	}()
	err := c.runTask(s.provider)
	if err != nil {
		c.failed, c.Usage = err, api.Usage{}
		c.billed = err.Sent == api.SentMaybe
	}
	return err
}

// takeOver fills in what the other node knows of the call, and has decided on it.
func (c *Call) takeOver(t *overflow.Call) {
	c.task = &task{Call: t, slot: true}
	c.In, c.Body, c.RequestID = codecs.ByName(t.Dialect), t.Body, t.RequestID
	c.CallID.Set(t.ID)
	h := &c.Head
	h.Op, h.Model, h.Stream, h.ArrayStream, h.Legacy = t.Op, t.Model, t.Stream, t.ArrayStream, t.Legacy
	c.attempts = max(t.Attempt, 1)
	c.deadline = c.began.Add(t.Budget)
	if t.Bounded {
		c.Timeout = t.Budget
	}
	if t.VirtualKeyID != "" {
		c.identity = &Identity{ID: t.VirtualKeyID, Name: t.VirtualKey, team: t.Team, customer: t.Customer, all: true}
	}
}

func (c *Call) runTask(p *Provider) *api.Error {
	if c.In == nil {
		return api.Errorf(api.KindInternal, "internal_error", "The worker does not know the call's dialect.")
	}
	if err := c.In.Peek(&c.Head, c.Body); err != nil {
		return err
	}
	err := c.tryOnce(p, c.task.Target, 0)
	p.attempts.count(err)
	if err == nil {
		p.keys.Accepted(c.exchange.key)
		return nil
	}
	var tried uint64
	c.blame(p, err, &tried)
	return err
}

// taskKey finds the key that the other node has chosen, in the balance of which it
// counts.
func (c *Call) taskKey(p *Provider) (*credential, *api.Error) {
	for i := range p.creds {
		if cred := &p.creds[i]; cred.id == c.task.Key {
			c.exchange.key, c.exchange.keyName = i, cred.name
			return cred, nil
		}
	}
	return nil, api.Errorf(api.KindUnavailable, "no_provider_key", "The worker does not have the key for provider %s that was chosen for the call.", p.Name)
}

// Produced returns how many bytes of text a stream has had so far.
func (c *Call) Produced() int64 {
	if c.stream.tap != nil {
		return c.stream.tap.OutputBytes()
	}
	return c.stream.produced
}

// FinishTask ends a task's answer, read to its end or not, and gives the slot back. It
// returns what the other node must know to settle the call.
func (c *Call) FinishTask() overflow.Frame {
	s := &c.stream
	if c.Streaming && !s.done {
		c.left.Store(true)
		c.readOut()
		s.done = true
	}
	c.account()
	c.drop()
	return overflow.Frame{Usage: c.Usage, Ended: s.ended, Err: s.failed}
}

// Orphan settles a task here, behind FinishTask: the node that would have done so is
// gone. Should it have done so all the same, the ledger knows the call by its id.
func (c *Call) Orphan() {
	c.task.orphan = true
	switch {
	case c.Streaming: // settled when it is released
	case c.failed != nil:
		c.settle(c.failed.HTTPStatus())
	default:
		c.settle(c.Status)
	}
}
