package gateway

// Hot path.

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

// defaultOutput is what a call without a limit of its own is expected to have
// answered, in tokens, when its tokens are limited.
const defaultOutput = 1024

// reserve takes what the call is expected to use from every limit of its caller,
// or is refused. What it really used is settled when it ends.
func (c *Call) reserve() *api.Error {
	limiter := c.gateway.options.Limits
	if limiter == nil || c.identity == nil || len(c.identity.limits) == 0 {
		return nil
	}
	c.wants = c.wants[:0]
	expected := c.expected()
	for i := range c.identity.limits {
		l := &c.identity.limits[i]
		w := limits.Want{Limit: l, Amount: 1}
		switch l.Kind {
		case limits.Tokens:
			w.Amount = expected.Total()
		case limits.Money:
			w.Amount = c.costOf(&expected)
		}
		c.wants = append(c.wants, w)
	}
	// A copy of the id: the hold may outlive the call.
	hold, refusal, err := limiter.Reserve(context.Background(), strings.Clone(c.id()), c.wants)
	if err != nil {
		return c.limited(api.Errorf(api.KindOverloaded, "limiter_unavailable", "The limits of this key cannot be checked at the moment. Try again shortly."))
	}
	c.look()
	if refusal != nil {
		if l := refusal.Limit; l.Kind <= limits.Tokens {
			c.rooms[l.Kind] = Room{l.Max, max(refusal.Remaining, 0), refusal.RetryAfter}
		}
		return c.limited(refusal.Error())
	}
	c.hold, c.held = hold, true
	return nil
}

// limited counts a call that is turned away.
func (c *Call) limited(refused *api.Error) *api.Error {
	c.gateway.metrics.LimitRefusals.WithLabelValues(refused.Code).Inc()
	return refused
}

// expected is the prompt's size and the most that may be answered to it.
func (c *Call) expected() api.Usage {
	if c.relays() {
		return c.expectedOfRelay()
	}
	output := c.Head.MaxTokens
	if output <= 0 {
		output = defaultOutput
	}
	return api.Usage{Input: int64(len(c.Body)) / bytesPerToken, Output: output * max(c.Head.N, 1), Known: true}
}

// Room is what is left of a limit. Max is 0 where there is no such limit.
type Room struct {
	Max, Remaining int64
	Reset          time.Duration // until what is counted now has gone
}

// RateLimits returns what is left of the caller's limits of calls and of tokens.
func (c *Call) RateLimits() (requests, tokens Room) {
	return c.rooms[limits.Requests], c.rooms[limits.Tokens]
}

// look notes what is left of each limit, for the caller's information.
func (c *Call) look() {
	if c.snapshot.rules != nil {
		c.gateway.fullness.note(c.wants, c.began)
	}
	for i := range c.wants {
		l := c.wants[i].Limit
		if l.Kind <= limits.Tokens {
			c.rooms[l.Kind] = Room{l.Max, max(c.wants[i].Remaining, 0), l.Reset(c.began)}
		}
	}
}

// giveBack settles what was reserved by what was used.
func (c *Call) giveBack() {
	if !c.held {
		return
	}
	c.held = false
	tokens := c.Usage.Total()
	s := settlement{hold: c.hold}
	for i := range c.hold.Wants {
		amount := c.hold.Wants[i].Amount
		switch c.hold.Wants[i].Limit.Kind {
		case limits.Tokens:
			amount = tokens
		case limits.Money:
			amount = c.cost
		}
		s.actual[i] = amount
	}
	if c.hold.Source == limits.Leased {
		// In this process, and of no more than a few nanoseconds.
		_ = c.gateway.options.Limits.Settle(context.Background(), s.hold, s.actual[:len(s.hold.Wants)]) // cannot fail without the network
		return
	}
	c.wants = nil // they belong to the hold now
	c.gateway.settler.take(s)
}

// maxLimits is how many limits an identity can have.
const maxLimits = 4

// settlement is what is left to be done of a call's limits.
type settlement struct {
	hold   limits.Hold
	actual [maxLimits]int64
}

// settler settles calls behind their callers' backs, so that nobody waits for
// Redis after the answer is there. When too many wait, their calls do it themselves.
type settler struct {
	limiter limits.Limiter
	waiting chan settlement
	done    sync.WaitGroup
}

const (
	settlers       = 4
	settlesWaiting = 512
	settleTimeout  = time.Second
)

func newSettler(l limits.Limiter) *settler {
	s := &settler{limiter: l, waiting: make(chan settlement, settlesWaiting)}
	for range settlers {
		s.done.Go(func() {
			for next := range s.waiting {
				s.settle(next)
			}
		})
	}
	return s
}

func (s *settler) take(next settlement) {
	select {
	case s.waiting <- next:
	default:
		s.settle(next)
	}
}

// settle settles one call. A reservation that cannot be settled ends by itself.
func (s *settler) settle(next settlement) {
	ctx, cancel := context.WithTimeout(context.Background(), settleTimeout)
	defer cancel()
	_ = s.limiter.Settle(ctx, next.hold, next.actual[:len(next.hold.Wants)])
}

// close settles what waits. No call may come after it.
func (s *settler) close() {
	close(s.waiting)
	s.done.Wait()
}
