package gateway

// Hot path.

import (
	"errors"
	"os"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/overflow"
	"github.com/asbru-gateway/asbru/pkg/pool"
	"github.com/asbru-gateway/asbru/pkg/provider/media"
	"github.com/asbru-gateway/asbru/pkg/upstream"
)

// exchange is one try: what is held while a provider is being asked.
type exchange struct {
	provider *Provider
	conn     *upstream.Conn
	slot     bool
	remote   *overflow.Receiver // the way to the worker that has the call, instead of a connection and a slot
	worker   string             // its name
	recalled bool               // it has been told that the answer is not wanted
	lost     bool               // it is gone
	key      int                // index of the key in use, -1 for none
	keyName  string
	began    time.Time
	queued   time.Duration  // of it, the wait for a slot
	asked    time.Time      // when the request left; of a traced call
	answered time.Time      // when the answer was there whole
	soon     time.Time      // until then it is not worth watching whether the caller is still there
	speech   *spoken        // how the provider is asked
	media    *media.Request // what the provider is asked in a form of its own for pictures or sound; nil else
	raw      bool           // the caller speaks it too, so that the body may pass as it is
}

// by names the provider, "" for none.
func (x *exchange) by() string {
	if x.provider == nil {
		return ""
	}
	return x.provider.Name
}

// attribute notes with an error whose it is: the provider's, unless a plugin has made it.
func (c *Call) attribute(err *api.Error) {
	if !c.toldByPlugin(err) {
		err.Provider = c.exchange.by()
	}
}

// tryOnce asks the provider once. On nil the answer is in c, or begins to be.
func (c *Call) tryOnce(p *Provider, model string, tried uint64) *api.Error {
	x := &c.exchange
	*x = exchange{provider: p, key: -1, began: c.began}
	x.speech, x.raw = p.speak(c.In, &c.Head, model)
	if c.rewritten {
		x.translate()
	}
	if c.attempts > 1 {
		x.began = time.Now()
	}
	c.readOn.Store(false)
	c.Returned, c.Head.Dropped = c.Returned[:0], c.Head.Dropped[:0]
	if c.plugged != nil {
		if answered, err := c.beforeAttempt(p.Name, model); answered || err != nil {
			return err
		}
	}
	err := c.ask(p, model, tried)
	if err == nil {
		err = c.receive(p)
	}
	if err != nil {
		c.drop()
		if c.over() {
			err = c.overBy(err.Sent)
		}
		c.attribute(err)
	}
	return err
}

// translate has the provider be asked with a body that is written anew.
func (x *exchange) translate() {
	x.raw = false
	if x.speech.asIs {
		x.speech = &x.provider.spoken[0]
	}
}

// over says whether the call has been ended from outside.
func (c *Call) over() bool { return c.left.Load() || c.shut.Load() }

// overBy is the error of a call that is over.
func (c *Call) overBy(sent api.Sent) *api.Error {
	err := api.Errorf(api.KindCanceled, "client_closed_request", "The caller left before the answer was complete.")
	if c.shut.Load() {
		err = api.Errorf(api.KindOverloaded, "shutting_down", "The gateway is shutting down.")
	}
	err.Sent = sent
	return err
}

// ask picks a key, takes a slot and a connection, and sends the request; or has a
// worker do so.
func (c *Call) ask(p *Provider, model string, tried uint64) *api.Error {
	x := &c.exchange
	cred, err := c.pick(p, model, tried)
	if err != nil {
		return err
	}
	if c.Relay.Whole {
		cred = cred.at(c.Relay.Path)
	}
	if p.byModel || p.chats && c.Head.Op == api.OpCompletion {
		x.speech, x.raw = p.speakTo(cred.upstreamModel(model), c.In, &c.Head)
		if c.rewritten {
			x.translate()
		}
	}
	cred = c.movedFor(cred)
	if err := c.encode(p, cred, model); err != nil {
		return err
	}
	if err := c.slot(p); err != nil {
		return err
	}
	c.asked()
	if x.remote != nil {
		x.began = time.Now()
		return nil
	}
	for range maxStale {
		if err = c.send(p, cred.origin); err != errStale || c.Relay.spent {
			break
		}
		x.conn.Release(false)
		x.conn = nil
	}
	if err == errStale {
		own := *err // what comes of it is written into it
		err = &own
	}
	return err
}

// maxStale is how many connections in a row may turn out to have been closed by
// the provider while they lay idle, before the call makes a try of its own of it.
const maxStale = 3

// errStale: the provider had closed the idle connection before it saw any of the request.
var errStale = api.Errorf(api.KindUnavailable, "provider_unreachable", "The provider closes its connections as soon as they are used.")

// send takes a connection, sends the request and waits for the head of the answer.
func (c *Call) send(p *Provider, to *upstream.Origin) *api.Error {
	until := c.attemptDeadline(p)
	var conn *upstream.Conn
	var err error
	if c.Relay.Rest == nil { // what can be sent but once goes over a connection that is surely open
		conn, err = to.Idle(&c.cut)
	}
	if conn == nil && err == nil {
		c.watch()
		conn, err = to.Connect(until, &c.cut)
	}
	if err != nil {
		return notReached(err)
	}
	c.exchange.conn = conn
	if len(c.Body) > patientBytes {
		c.watch()
	}
	c.readOn.Store(p.drain) // from the first byte on the provider may bill
	if sent, err := conn.Send(until, c.wire, c.segments...); err != nil {
		out := api.Errorf(api.KindUnavailable, "provider_unreachable", "The connection to the provider broke while the request was sent.")
		if sent {
			out.Sent = api.SentMaybe
		}
		return out
	}
	if c.Relay.Rest != nil {
		return c.sendRest(p)
	}
	return c.await(until)
}

// slot takes one of the provider's slots, waiting in its queue when there is one to wait in.
func (c *Call) slot(p *Provider) *api.Error {
	if c.task.takeSlot() || p.pool.Take() {
		c.exchange.slot = true
		return nil
	}
	if c.shadow {
		return c.turnedAway(pool.Full, 0)
	}
	c.watch()
	if c.mayOverflow() {
		return c.slotOrWorker(p)
	}
	verdict, waited := p.pool.Acquire(c.attemptDeadline(p), &c.cut)
	if verdict == pool.Local {
		c.exchange.slot, c.exchange.queued = true, waited
		return nil
	}
	return c.turnedAway(verdict, waited)
}

// turnedAway is the error of a call that got no slot.
func (c *Call) turnedAway(verdict pool.Verdict, waited time.Duration) *api.Error {
	var err *api.Error
	switch verdict {
	case pool.Full:
		err = api.Errorf(api.KindOverloaded, "queue_full", "All connections to the provider are busy, and so many calls wait already that this one would wait too long.")
	case pool.TimedOut:
		err = api.Errorf(api.KindOverloaded, "queue_timeout", "No connection to the provider became free in time.")
	default:
		return c.overBy(api.SentNo)
	}
	err.RetryAfter = max(waited, time.Second)
	return err
}

// patience is how long a call waits for an answer before it is worth watching
// whether its caller is still there.
const patience = 5 * time.Millisecond

// patientBytes is up to what size a request fits the buffers on its way, so that
// to send it is no wait either.
const patientBytes = 128 << 10

// await waits for the answer and reads its head.
func (c *Call) await(until time.Time) *api.Error {
	x := &c.exchange
	x.soon = time.Now().Add(patience)
	err := x.conn.ReadHead(&c.head, c.step(until))
	for errors.Is(err, os.ErrDeadlineExceeded) && c.stepOn(until) {
		err = x.conn.ReadHead(&c.head, c.step(until))
	}
	if err == nil {
		if c.snapshot.measures && c.head.Status < 400 {
			now := time.Now()
			c.gateway.latencies.Note(x.provider.Name, c.Model(), c.Head.Stream, now.Sub(x.soon)+patience, now)
		}
		return nil
	}
	var out *api.Error
	switch {
	case errors.Is(err, upstream.ErrStale):
		return errStale
	case errors.Is(err, os.ErrDeadlineExceeded):
		out = api.Errorf(api.KindTimeout, "provider_timeout", "The provider did not begin to answer in time.")
	case notHTTP(err):
		out = api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider's answer is not valid HTTP.")
	default:
		out = api.Errorf(api.KindUnavailable, "provider_closed", "The provider closed the connection before it answered.")
	}
	out.Sent = api.SentMaybe
	return out
}

// notHTTP says whether the provider's answer could not be read as HTTP.
func notHTTP(err error) bool {
	return errors.Is(err, upstream.ErrHead) || errors.Is(err, upstream.ErrHeadTooLarge) ||
		errors.Is(err, upstream.ErrChunk) || errors.Is(err, upstream.ErrEncoding)
}

// notReached is the error for a connection that could not be made.
func notReached(err error) *api.Error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return api.Errorf(api.KindTimeout, "provider_connect_timeout", "No connection to the provider could be made in time.")
	}
	return api.Errorf(api.KindUnavailable, "provider_unreachable", "No connection to the provider could be made.")
}

// attemptDeadline is when the current try must have begun to answer.
func (c *Call) attemptDeadline(p *Provider) time.Time {
	return earlier(c.exchange.began.Add(p.timeout), c.deadline)
}

// answerDeadline is when an answer in one piece must have come whole.
func (c *Call) answerDeadline(p *Provider) time.Time {
	return earlier(c.exchange.began.Add(max(p.whole, p.timeout)), c.deadline)
}

// step is up to when to wait before a look at what the caller does: not beyond
// the call's patience while the caller is not watched, nor for long where an
// answer is read on although the caller may have left.
func (c *Call) step(until time.Time) time.Time {
	switch {
	case c.Client == nil:
		return until
	case !c.watched:
		return earlier(c.exchange.soon, until)
	case c.readOn.Load():
		return earlier(time.Now().Add(drainLook), until)
	}
	return until
}

// stepOn says, when a step's time has passed, whether to wait on.
func (c *Call) stepOn(until time.Time) bool {
	c.watch()
	now := time.Now()
	return now.Before(until) && !(c.left.Load() && now.UnixNano()-c.leftAt.Load() > int64(c.exchange.provider.drainFor))
}

// drainLook is how often a call that may be read on looks whether its caller has left.
const drainLook = time.Second

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// drop gives up the connection, which may still carry the answer, and the slot.
func (c *Call) drop() { c.release(false) }

// release gives the connection and the slot back. It may be called again.
func (c *Call) release(reusable bool) {
	x := &c.exchange
	if x.conn != nil {
		x.conn.Release(reusable)
		x.conn = nil
	}
	if x.remote != nil {
		x.remote.Close()
		x.remote = nil
	}
	if x.slot {
		x.slot = false
		x.provider.pool.Release()
	}
}
