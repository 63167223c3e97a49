package gateway

import (
	"bytes"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// shadows are copies of calls that routing rules send to another model, whose answers
// nobody gets. They begin when the calls are over, take only what is free, are charged
// to nobody, and are dropped rather than waited for.
type shadows struct {
	mu     sync.Mutex
	under  int
	closed bool
	done   sync.WaitGroup
}

const (
	// maxShadows bounds how many are under way, and maxShadowBytes how large the
	// request of one is: they are copied.
	maxShadows     = 32
	maxShadowBytes = 1 << 20
	// shadowTime is how long one may take.
	shadowTime = 5 * time.Minute
)

// enter says whether there is room for one more. Who was let in must leave.
func (s *shadows) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.under == maxShadows {
		return false
	}
	s.under++
	s.done.Add(1)
	return true
}

func (s *shadows) leave() {
	s.mu.Lock()
	s.under--
	s.mu.Unlock()
	s.done.Done()
}

// close lets no more in.
func (s *shadows) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
}

func (s *shadows) ending() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// castsShadow says whether a copy of the call is to be sent: not of one that goes on
// with what a provider keeps or passes in the caller's own form, nor of one that got
// nowhere.
func (c *Call) castsShadow() bool {
	s := &c.rule.Shadow
	return !c.shadow && c.attempts > 0 && c.In != nil && c.task == nil && !c.Head.Stateful && !c.relays() && !c.rewritten && !c.translatedForPlugins() &&
		s.Percent > 0 && rand.Float64()*100 < s.Percent
}

// cast sends a copy of a call that is over, in the background.
func (c *Call) cast() {
	g := c.gateway
	p := c.snapshot.providers[c.rule.Shadow.Provider]
	if p == nil || !p.allows(c.Head.Op, c.Head.Stream) || len(c.Body) > maxShadowBytes || !g.shadows.enter() {
		g.metrics.ShadowCalls.WithLabelValues("dropped").Inc()
		return
	}
	to := g.Acquire()
	to.shadow, to.rule = true, c.rule
	to.In, to.Body = c.In, bytes.Clone(c.Body)
	to.RequestID = strings.Clone(c.RequestID)
	to.Parent, to.Timeout = to.RequestID, shadowTime
	h, of := &to.Head, &c.Head
	h.Op, h.Model, h.Stream = of.Op, strings.Clone(of.Model), of.Stream
	h.ArrayStream, h.Legacy, h.Predict, h.DropParams = of.ArrayStream, of.Legacy, of.Predict, true
	to.gateway, to.snapshot = g, c.snapshot
	to.candidates = append(to.candidates, candidate{provider: p, model: c.rule.Shadow.Model})
	go to.follow()
}

// follow takes a shadow through the engine.
func (c *Call) follow() {
	g := c.gateway
	outcome := "failed"
	defer func() {
		if v := recover(); v != nil {
			g.metrics.Panics.Inc()
			g.log.Error("panic in a shadow of a call", "request_id", c.RequestID, "panic", v, "stack", string(debug.Stack()))
			c.Crash()
		}
		g.Release(c)
		g.metrics.ShadowCalls.WithLabelValues(outcome).Inc()
		g.shadows.leave()
	}()
	c.began = time.Now()
	c.deadline = c.allTries()
	c.watch()
	if g.shadows.ending() { // those that are watched have been cut already
		c.shut.Store(true)
		c.cut.Fire()
	}
	err := c.peek()
	if err == nil {
		err = c.attempt()
	}
	if err != nil && err.Code == "queue_full" { // as busy as its provider is, callers need it
		outcome = "dropped"
		return
	}
	if err != nil {
		c.failed, c.Usage = err, api.Usage{}
		c.settle(err.HTTPStatus())
		return
	}
	if !c.Streaming {
		c.settle(c.Status)
		outcome = "answered"
		return
	}
	for {
		if _, err := c.Next(); err != nil {
			break
		}
	}
	if !c.Broken() {
		outcome = "answered"
	}
}
