package gateway

// Hot path for a provider that is busy.

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/asbru-gateway/asbru/pkg/pool"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Overflow hands calls over to workers, which run them on slots of their own.
type Overflow interface {
	// Takes says whether a call for a provider could be handed over now.
	Takes(provider string) bool
	// Offer offers a call, which must be over by deadline, to the workers. It
	// completes c with what only it knows.
	Offer(c *overflow.Call, deadline time.Time) (*overflow.Receiver, error)
}

const (
	// overflowAfter is how long a call waits in its provider's queue, or a tenth of
	// what is left of its time if that is less, before it is offered to workers too.
	overflowAfter = 50 * time.Millisecond
	// overflowAgain is how long it waits on after it could not be offered, or was refused.
	overflowAgain = 250 * time.Millisecond
)

// mayOverflow says whether the call may go to a worker: not with a key of the
// caller's own, which goes nowhere but to its provider, nor a conversation, whose
// caller is connected here.
func (c *Call) mayOverflow() bool {
	return c.gateway.options.Overflow != nil && c.task == nil && !c.relays() && !c.rewritten && c.Head.Op != api.OpRealtime && !c.brings(c.exchange.provider) &&
		codecs.ByName(c.tongue().Name()) != nil
}

// tongue is the dialect in which a worker is told the call, and answers: the caller's. An
// agent's turn has none; it is told in its provider's, so that nothing is lost on the way.
func (c *Call) tongue() dialect.Codec {
	if c.In == nil {
		return c.exchange.speech.codec
	}
	return c.In
}

// asRequested says whether what a worker gets is written anew of c.request, and what it
// answers is read here.
func (c *Call) asRequested() bool { return c.In == nil || c.translatedForPlugins() }

// slotOrWorker waits for one of the provider's slots and, after a while, for a
// worker as well. Whichever has room first gets the call: while it is offered it
// keeps its place in the queue here, so that to offer it is never a loss.
func (c *Call) slotOrWorker(p *Provider) *api.Error {
	x, until, now := &c.exchange, c.attemptDeadline(p), time.Now()
	place, verdict, expected := p.pool.Queue(until)
	if verdict == pool.Local {
		x.slot = true
		return nil
	}
	patience := min(overflowAfter, until.Sub(now)/10)
	if verdict == pool.Full { // then a worker may still have room
		until, patience = now.Add(patience), 0
	}
	s := sleeper{woken: make(chan struct{})}
	c.cut.Enter(s) // one that was cut before is found out when it leaves
	offered := c.waitOrOffer(p, place, s, now.Add(patience), until)
	live, slot := c.cut.Leave(), place.Leave()
	taken := offered != nil && !offered.Withdraw()
	x.queued = time.Since(now)
	inTime := x.queued < until.Sub(now) // a slot that comes later is of no use
	switch {
	case taken: // what it costs is known to the worker alone, also when the caller has left
		x.remote, x.worker = offered, offered.Worker()
		if slot {
			p.pool.Release()
		}
		return nil
	case slot && live && inTime:
		x.slot = true
		return nil
	}
	if slot {
		p.pool.Release()
	}
	switch {
	case !live:
		return c.turnedAway(pool.Canceled, 0)
	case verdict == pool.Full:
		return c.turnedAway(pool.Full, expected)
	}
	return c.turnedAway(pool.TimedOut, x.queued)
}

// waitOrOffer waits until there is a slot, a worker has taken the call, it is cut, or
// the time has come. It returns the offer that was made, if it still stands.
func (c *Call) waitOrOffer(p *Provider, place pool.Place, s sleeper, offerAt, until time.Time) (offered *overflow.Receiver) {
	timer := time.NewTimer(time.Until(earlier(offerAt, until)))
	defer timer.Stop()
	var worker <-chan struct{}
	for !c.cut.Fired() {
		select {
		case <-place.Woken():
			return offered
		case <-s.woken:
			return offered
		case <-worker:
			switch offered.State() {
			case overflow.Taken:
				return offered
			case overflow.Refused:
				offered.Close()
				offered, worker = nil, nil
			}
		case now := <-timer.C:
			if !now.Before(until) {
				return offered
			}
			if offered = c.offer(p); offered != nil {
				worker = offered.Woken()
			}
		}
		switch {
		case offered != nil:
			timer.Reset(time.Until(until))
		case place == pool.Place{}:
			return nil // there is nothing left to wait for
		default:
			timer.Reset(time.Until(earlier(time.Now().Add(overflowAgain), until)))
		}
	}
	return offered
}

// offer offers the call to the workers. It returns nil where that is not possible:
// then the call waits on for a slot here.
func (c *Call) offer(p *Provider) *overflow.Receiver {
	if !c.gateway.options.Overflow.Takes(p.Name) {
		return nil
	}
	x, h := &c.exchange, &c.Head
	o := &overflow.Call{
		ID: c.id(), RequestID: c.RequestID, Attempt: c.attempts, Revision: c.snapshot.Revision,
		Budget: time.Until(c.deadline), Bounded: c.Timeout > 0,
		Dialect: c.tongue().Name(), Op: h.Op, Model: h.Model, Stream: h.Stream, ArrayStream: h.ArrayStream, Legacy: h.Legacy,
		Provider: p.Name, Target: c.Model(), Key: p.creds[x.key].id, Hold: c.at+1 < len(c.candidates),
		Body: c.Body,
	}
	if id := c.identity; id != nil {
		o.VirtualKeyID, o.VirtualKey, o.Team, o.Customer = id.ID, id.Name, id.team, id.customer
		if b := c.belongs; b != nil {
			o.Team, o.Customer = b.team, b.customer
		}
	}
	if c.traced != nil {
		o.Headers = append(o.Headers, overflow.Header{Name: "traceparent", Value: string(c.appendTraceparent(nil))})
	}
	if c.Client != nil {
		if c.traced == nil {
			o.Headers = appendCallerHeader(o.Headers, c.Client, "traceparent")
		}
		for _, name := range x.speech.forward {
			o.Headers = appendCallerHeader(o.Headers, c.Client, name)
		}
	}
	if c.passesOn() {
		o.Headers = c.handExtra(o.Headers, p)
	}
	o.Headers = c.handPlugged(o.Headers)
	if !c.asRequested() {
		if tools := c.offering(); tools != nil && !c.retooled(o, tools) {
			return nil
		}
	} else if !c.reworded(o) {
		return nil
	}
	r, err := c.gateway.options.Overflow.Offer(o, c.deadline)
	if err != nil {
		c.gateway.log.Debug("no call can be handed over to workers", "provider", p.Name, "error", err)
		return nil
	}
	return r
}

func appendCallerHeader(list []overflow.Header, from Client, name string) []overflow.Header {
	if v := from.Header(name); v != "" {
		return append(list, overflow.Header{Name: name, Value: v})
	}
	return list
}

// How long a worker's answer may be late before the edge stops waiting for it: the
// worker has the same time limits, and its own error says more. And how long it may
// take to say what was used, once the answer is not wanted any more.
const (
	remoteGrace = time.Second
	recallGrace = 500 * time.Millisecond
)

// errCut is the error of a wait that was cut.
var errCut = errors.New("gateway: cut")

// frame waits for the worker's next frame.
func (c *Call) frame(f *overflow.Frame, until time.Time) error {
	x := &c.exchange
	for {
		if ok, err := x.remote.Next(f); ok || err != nil {
			return err
		}
		if !x.recalled && !c.cut.Enter(x.remote) {
			return errCut
		}
		inTime := x.remote.Wait(until)
		if !x.recalled && !c.cut.Leave() {
			return errCut
		}
		if !inTime {
			return os.ErrDeadlineExceeded
		}
	}
}

// recall tells the worker that the answer is not wanted, and returns until when its
// word on what was used is waited for.
func (c *Call) recall(p *Provider) time.Time {
	c.exchange.recalled = true
	c.exchange.remote.Cancel()
	until := time.Now().Add(recallGrace)
	if p.drain {
		until = until.Add(p.drainFor)
	}
	return until
}

// receiveRemote takes the answer of the worker that has the call.
func (c *Call) receiveRemote(p *Provider) *api.Error {
	x := &c.exchange
	until := c.answerDeadline(p)
	if c.Head.Stream {
		until = c.attemptDeadline(p)
	}
	until = until.Add(remoteGrace)
	c.Status, c.body = 0, c.body[:0]
	for {
		var f overflow.Frame
		err := c.frame(&f, until)
		switch {
		case err == errCut && c.left.Load():
			until = c.recall(p)
		case err != nil:
			return c.remoteFault(err)
		case f.Kind == overflow.Fail:
			c.returnRemote(f.Returned)
			return f.Err
		case f.Kind == overflow.Start:
			c.Status, c.ContentType = f.Status, f.ContentType
			c.returnRemote(f.Returned)
			if f.Streaming {
				c.openRemote()
				if c.In == nil || c.windowed() {
					c.openRemoteEvents()
				}
				return nil
			}
		case f.Kind == overflow.Data:
			c.body = append(c.body, f.Data...)
		case f.Kind == overflow.End:
			if c.Status == 0 { // it was recalled before it began
				c.Status = api.Errorf(api.KindCanceled, "", "").HTTPStatus()
			}
			c.Answer, c.Usage = c.body, f.Usage
			x.answered = time.Now()
			c.release(true)
			if c.asRequested() {
				return c.receiveRequested()
			}
			return nil
		}
	}
}

func (c *Call) returnRemote(headers []overflow.Header) {
	for _, h := range headers {
		c.Returned = append(c.Returned, Return{[]byte(h.Name), []byte(h.Value)})
	}
}

// openRemote opens a stream that comes from a worker.
func (c *Call) openRemote() {
	c.stream.reset()
	c.stream.open, c.Streaming = true, true
	if c.Timeout == 0 {
		c.deadline = time.Now().Add(forever)
	}
	c.firstToken()
	c.gateway.metrics.Streams.Inc()
}

// nextRemote is Next for a stream that comes from a worker, in the caller's dialect
// already.
func (c *Call) nextRemote() ([]byte, error) {
	s := &c.stream
	for !s.done {
		var f overflow.Frame
		if came, out, err := c.nextFrame(&f); !came {
			return out, err
		}
		switch f.Kind {
		case overflow.Data:
			s.produced, s.passed = f.Produced, true
			return f.Data, nil
		case overflow.End:
			c.endRemote(&f)
		}
	}
	return nil, io.EOF
}

// nextFrame waits for the next frame of a worker's stream. If none came, the rest is what
// Next returns for it.
func (c *Call) nextFrame(f *overflow.Frame) (came bool, out []byte, err error) {
	switch err := c.frame(f, c.deadline.Add(remoteGrace)); {
	case err == errCut && c.left.Load():
		return false, nil, errDeserted
	case err != nil:
		return false, c.breakOff(c.streamFault(err)), nil
	}
	return true, nil, nil
}

// endRemote takes over what a worker says at the end of a stream.
func (c *Call) endRemote(f *overflow.Frame) {
	s := &c.stream
	c.Usage = f.Usage
	s.produced, s.ended, s.failed, s.done = f.Produced, f.Ended, f.Err, true
	c.release(true)
}

// readOutRemote has the worker give up a stream that nobody listens to any more, as
// the provider's cancel policy says, and waits for what was used.
func (c *Call) readOutRemote(p *Provider) {
	if c.shut.Load() {
		return
	}
	for until := c.recall(p); !c.stream.done; {
		var f overflow.Frame
		if c.frame(&f, until) != nil {
			return
		}
		switch f.Kind {
		case overflow.Data:
			c.stream.produced = f.Produced
		case overflow.End:
			c.endRemote(&f)
		}
	}
}

// takeUpFraming prepares the writer of the caller's dialect to go on with a stream
// that a worker's writer has begun.
func (c *Call) takeUpFraming() {
	if f, ok := c.stream.writer.(dialect.Framing); ok && c.stream.passed {
		f.AppendEvent(nil, &sse.Event{Data: []byte("{}")})
	}
}

// remoteFault is the error of an answer that did not come from its worker.
func (c *Call) remoteFault(err error) *api.Error {
	var out *api.Error
	switch {
	case err == errCut:
		return c.overBy(api.SentMaybe)
	case errors.Is(err, os.ErrDeadlineExceeded):
		out = api.Errorf(api.KindTimeout, "provider_timeout", "The provider did not answer in time.")
	default:
		c.exchange.lost = true
		out = api.Errorf(api.KindUnavailable, "worker_lost", "The worker that had the call is gone, or its answer was lost on the way.")
	}
	out.Sent = api.SentMaybe
	return out
}

// streamFault is the same within a stream.
func (c *Call) streamFault(err error) *api.Error {
	switch {
	case err == errCut:
		return c.overBy(api.SentMaybe)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return api.Errorf(api.KindTimeout, "timeout", "The call's time limit has passed.")
	}
	return api.Errorf(api.KindUnavailable, "stream_truncated", "The worker that had the stream is gone, or a part of it was lost on the way.")
}

// maxReplacements is how many workers, or slots here, take over a call in turn whose
// worker is lost.
const maxReplacements = 2

// mayReplaceWorker says whether a call whose worker is lost is tried once more. It
// may be paid for twice then, but the caller, who has seen nothing of the answer, does
// not suffer from what is the gateway's own failure.
func (c *Call) mayReplaceWorker(err *api.Error, replaced int) bool {
	if err == nil || !c.exchange.lost {
		return false
	}
	c.billed = true
	return replaced < maxReplacements && !c.over() && time.Now().Before(c.deadline)
}
