package gateway

// Hot path.

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// attempt tries the candidates in turn until one answers. All tries share the
// call's deadline. Once a byte of an answer is on its way to the caller there
// are no more tries: what goes wrong then is told in the stream.
func (c *Call) attempt() *api.Error {
	var err *api.Error
	for at := c.at; at < len(c.candidates); at++ { // those before it had no room
		c.at = at
		refused := c.reserveCandidate()
		if refused != nil {
			err = refused
			continue
		}
		if err = c.tryProvider(&c.candidates[at]); err == nil {
			return nil
		}
		if !c.mayFallBack(err) {
			break
		}
	}
	return err
}

// tryProvider tries one candidate, again where the error allows.
func (c *Call) tryProvider(to *candidate) *api.Error {
	p := to.provider
	var tried uint64 // keys whose fault it was
	for try := 0; ; try++ {
		if try == 0 {
			p.retries.earn()
		}
		c.attempts++
		err := c.tryOnce(p, to.model, tried)
		for n := 0; c.mayReplaceWorker(err, n); n++ {
			c.noteTry(p, to.model, err)
			c.attempts++
			err = c.tryOnce(p, to.model, tried)
		}
		if err == nil && c.Relay.found != "" {
			err = c.tryOnce(p, to.model, tried)
		}
		c.noteTry(p, to.model, err)
		if c.here {
			return nil
		}
		if c.toldByPlugin(err) {
			if c.wantsAgain(err) {
				continue
			}
			return err
		}
		if c.exchange.worker == "" { // else the worker counts it
			p.attempts.count(err)
		}
		if err == nil {
			c.answered(p, p.keys.Accepted(c.exchange.key))
			return nil
		}
		if err.Sent == api.SentMaybe {
			c.billed = true
		}
		atFault := c.blame(p, err, &tried)
		if c.plugged != nil {
			if err = c.afterFailure(err); err == nil || c.toldByPlugin(err) {
				if c.wantsAgain(err) {
					continue
				}
				return err
			}
		}
		wait, ok := c.again(p, err, try, atFault && p.hasKey(to.model, c, tried))
		if !ok {
			return err
		}
		if !c.pause(wait) {
			return c.overBy(err.Sent)
		}
	}
}

// blame cools the key down that an error is the fault of, and counts what its breaker
// goes by. It reports whether another key may do better.
func (c *Call) blame(p *Provider, err *api.Error, tried *uint64) bool {
	x := &c.exchange
	if x.key < 0 {
		return false
	}
	// Not for another node's call, which has chosen the key and counts it.
	broken := c.task == nil && c.judge(p, err)
	if !broken && !keyFault(err) {
		return false
	}
	*tried |= 1 << x.key
	if broken {
		return true
	}
	// A key that is the only one is left alone unless the provider names a time:
	// cooling it would turn one refusal into many of our own.
	if err.RetryAfter > 0 || p.hasKey(c.Model(), c, *tried) {
		c.cool(p, x.key, err)
	}
	return true
}

// pause waits, unless the call is ended meanwhile.
func (c *Call) pause(d time.Duration) bool {
	if d <= 0 {
		return !c.over()
	}
	c.watch()
	s := sleeper{woken: make(chan struct{})}
	if !c.cut.Enter(s) {
		return false
	}
	timer := time.NewTimer(d)
	select {
	case <-timer.C:
	case <-s.woken:
		timer.Stop()
	}
	return c.cut.Leave()
}

// sleeper is a wait that the call's Cut can end.
type sleeper struct{ woken chan struct{} }

// Interrupt implements upstream.Interrupter.
func (s sleeper) Interrupt() { close(s.woken) }
