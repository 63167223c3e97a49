package gateway

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Acquire returns an empty call.
func (g *Gateway) Acquire() *Call {
	return g.calls.Get().(*Call)
}

// Do takes a call through the engine. On nil the answer is in the call: whole,
// or to be pulled with [Call.Next]. On an error nothing has been answered and
// the caller is to be told the error in its dialect. Either way the call must be
// given to [Gateway.Release] afterwards.
func (g *Gateway) Do(c *Call) *api.Error {
	c.gateway, c.snapshot, c.began = g, g.snapshot.Load(), time.Now()
	if c.snapshot.tracing != nil {
		c.beginTrace()
	}
	return c.conclude(c.run())
}

// conclude ends a call that has been taken through the engine, but for a stream, which
// goes on.
func (c *Call) conclude(err *api.Error) *api.Error {
	if err != nil {
		c.failed, c.reserved.unused = err, !c.sent
		c.Usage = api.Usage{}
		c.settle(err.HTTPStatus())
	} else if !c.Streaming {
		c.settle(c.Status)
	} else if c.snapshot.transcripts != nil {
		c.listen()
	}
	return err
}

// Admit says whether a call's caller may call at all, for who has to know before
// [Gateway.Do] finds out.
func (g *Gateway) Admit(c *Call) *api.Error {
	c.gateway, c.snapshot, c.began = g, g.snapshot.Load(), time.Now()
	return c.admit()
}

// Look finds what is wrong with a call before it is made: its body, its caller, or
// where it is to go. The call is not fit for [Gateway.Do] afterwards.
func (g *Gateway) Look(c *Call) *api.Error {
	c.gateway, c.snapshot, c.began = g, g.snapshot.Load(), time.Now()
	if err := c.admit(); err != nil {
		return err
	}
	if err := c.peek(); err != nil {
		return err
	}
	if err := c.prompted(); err != nil {
		return err
	}
	return c.route()
}

func (c *Call) run() *api.Error {
	if err := c.admit(); err != nil {
		return err
	}
	if err := c.peek(); err != nil {
		return err
	}
	if c.gateway.hooks.Request != nil {
		if err := c.gateway.hooks.Request(c); err != nil {
			return err
		}
	}
	if c.Head.Op == api.OpModels {
		return c.listModels()
	}
	if err := c.prompted(); err != nil {
		return err
	}
	if c.gateway.options.Tools != nil {
		if answered, err := c.offerTools(); answered || err != nil {
			return err
		}
	}
	return c.onward()
}

// onward takes a call that may be made to the provider.
func (c *Call) onward() *api.Error {
	if c.snapshot.plugins != nil && !c.unplugged {
		if answered, err := c.plugIn(); answered || err != nil {
			return err
		}
	}
	if len(c.candidates) == 0 { // else it is known where it goes
		if err := c.route(); err != nil {
			return err
		}
	}
	c.deadline = c.allTries()
	if c.Head.Op == api.OpCountTokens && !c.candidates[0].provider.counts(c.candidates[0].model, c.In, &c.Head) {
		return c.estimateTokens()
	}
	if c.snapshot.cache != nil {
		if answered, err := c.fromCache(); answered || err != nil {
			return err
		}
	}
	if err := c.reserve(); err != nil {
		return err
	}
	return c.attempt()
}

// peek finds what routing and policy must know of the request.
func (c *Call) peek() *api.Error {
	switch {
	case c.In == nil || c.Head.Op == api.OpModels:
		return nil
	case c.relays():
		return c.peekRelay()
	}
	return c.In.Peek(&c.Head, c.Body)
}

// Release takes back a call, whatever state it is in: a stream that was not
// read to its end is given up, as the provider's cancel policy says. The call and
// all that was borrowed from it must not be used any more.
func (g *Gateway) Release(c *Call) {
	if c.Streaming {
		c.endStream()
	}
	c.drop()
	if c.task != nil && c.traced != nil {
		c.noteWork()
	}
	c.giveBack() // of a call that never came to be settled
	c.unwatch()
	if c.rule != nil && c.castsShadow() {
		c.cast()
	}
	c.reset()
	g.calls.Put(c)
}

// watch begins to look whether the caller leaves, and lets the call be cut.
func (c *Call) watch() {
	if c.watched {
		return
	}
	c.watched = true
	g := c.gateway
	g.mu.Lock()
	g.waiting[c] = struct{}{}
	g.mu.Unlock()
	if c.Client != nil {
		c.Client.Watch(c.leave)
	}
}

// unwatch ends what watch began: from here on nobody else touches the call.
func (c *Call) unwatch() {
	if !c.watched {
		return
	}
	if c.Client != nil {
		c.Client.Unwatch()
	}
	g := c.gateway
	g.mu.Lock()
	delete(g.waiting, c)
	g.mu.Unlock()
}
