package gateway

// Hot path.

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

// defaultOutput is what a call that sets no limit to its answer is taken to ask for at
// most, in tokens.
const defaultOutput = 1024

// reserved is what a call has taken: in one step what all levels of its caller and the
// first candidate want, and more when it goes on to another candidate or uses a key
// that has limits of its own. What it really used is settled when it ends.
type reserved struct {
	first   taking
	callers int // how many of the first's are the caller's; those behind are a candidate's
	of      int // that candidate
	further taking
	key     taking
	steps   int  // for the ids of the holds
	unused  bool // no provider was asked: the call counts for nobody
	actual  []int64
}

// taking is what was taken in one step.
type taking struct {
	wants []limits.Want
	hold  limits.Hold
	held  bool // the hold is to be settled
}

func (t *taking) reset() {
	if len(t.wants) > 0 {
		clear(t.wants)
		t.wants, t.hold = t.wants[:0], limits.Hold{}
	}
}

func (r *reserved) reset() {
	r.first.reset()
	r.further.reset()
	r.key.reset()
	r.callers, r.of, r.steps, r.unused = 0, 0, 0, false
}

// reserve takes what the call is expected to use from every level that it belongs to,
// or is refused. Of several candidates the first is taken that has room.
func (c *Call) reserve() *api.Error {
	if c.gateway.options.Limits == nil {
		return nil
	}
	r := &c.reserved
	var refused *api.Error
	for c.at = range c.candidates {
		w := c.wanting(&r.first)
		w.caller()
		r.callers, r.of = len(r.first.wants), c.at
		w.candidate()
		var of *limits.Limit
		if of, refused = c.take(&r.first); refused == nil {
			return nil
		}
		if of == nil || wants(r.first.wants[:r.callers], of) {
			return refused
		}
	}
	return refused
}

// reserveCandidate takes what the candidate that is tried next wants, in the place of
// what the one before it did.
func (c *Call) reserveCandidate() *api.Error {
	r := &c.reserved
	if c.gateway.options.Limits == nil || c.at == r.of {
		return nil
	}
	c.end(&r.further, nothing)
	w := c.wanting(&r.further)
	w.candidate()
	_, refused := c.take(&r.further)
	return refused
}

// reserveKey takes what a provider's key wants.
func (c *Call) reserveKey(cred *credential) *api.Error {
	r := &c.reserved
	if r.key.held {
		c.end(&r.key, nothing)
	}
	if len(cred.limits) == 0 || c.gateway.options.Limits == nil || c.task != nil || c.shadow {
		return nil
	}
	w := c.wanting(&r.key)
	w.all(cred.limits)
	_, refused := c.take(&r.key)
	return refused
}

// take takes what is wanted, or says which limit refuses; nil if none could be asked.
func (c *Call) take(t *taking) (*limits.Limit, *api.Error) {
	if len(t.wants) == 0 {
		return nil, nil
	}
	id := strings.Clone(c.id()) // the hold may outlive the call
	if c.reserved.steps > 0 {
		id += "#" + strconv.Itoa(c.reserved.steps)
	}
	c.reserved.steps++
	hold, refusal, err := c.gateway.options.Limits.Reserve(context.Background(), id, t.wants)
	if err != nil {
		return nil, c.limited(api.Errorf(api.KindOverloaded, "limiter_unavailable", "The limits of this call cannot be checked at the moment. Try again shortly."))
	}
	if refusal != nil { // of the other limits nothing was taken, and what is left of them is not told
		if l := refusal.Limit; l.Kind <= limits.Tokens {
			c.rooms[l.Kind] = Room{l.Max, max(refusal.Remaining, 0), refusal.RetryAfter}
		}
		c.mark(MarkOfRefusal(refusal.Limit.ID))
		return refusal.Limit, c.limited(refusal.Error())
	}
	c.look(t.wants)
	t.hold, t.held = hold, true
	return nil, nil
}

// wants says whether a limit is among those wanted.
func wants(all []limits.Want, l *limits.Limit) bool {
	for i := range all {
		if all[i].Limit.ID == l.ID {
			return true
		}
	}
	return false
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
	return api.Usage{Input: c.promptTokens(), Output: output * max(c.Head.N, 1), Known: true}
}

// likely is what is reserved for the call: the prompt's size, and an answer that is no
// longer than nine of ten of the model's are, or than the caller lets it be.
func (c *Call) likely() api.Usage {
	if c.relays() || c.snapshot.levels.most {
		return c.expected()
	}
	u := api.Usage{Input: c.promptTokens(), Known: true}
	if c.writes() {
		u.Output = c.gateway.outputs.likely(c.place(), c.Head.MaxTokens) * max(c.Head.N, 1)
	}
	return u
}

// writes says whether the answer is text of the model's.
func (c *Call) writes() bool {
	return !c.relays() && (c.Head.Op == api.OpChat || c.Head.Op == api.OpCompletion)
}

// place is the model that is tried.
func (c *Call) place() modelAt {
	to := &c.candidates[c.at]
	return modelAt{to.provider.Name, to.model}
}

// learn has the length of the call's answer known to those that reserve after it.
func (c *Call) learn() {
	if c.failed == nil && c.Usage.Known && c.writes() {
		c.gateway.outputs.note(c.place(), c.Usage.Output/max(c.Head.N, 1))
	}
}

// Room is what is left of a limit. Max is 0 where there is no such limit.
type Room struct {
	Max, Remaining int64
	Reset          time.Duration // until what is counted now has gone
}

// RateLimits returns what is left for the caller of calls and of tokens: of the
// tightest limit of each kind.
func (c *Call) RateLimits() (requests, tokens Room) {
	return c.rooms[limits.Requests], c.rooms[limits.Tokens]
}

// look notes what is left of the tightest limits, for the caller's information.
func (c *Call) look(all []limits.Want) {
	if c.snapshot.rules.AskUsed() {
		c.gateway.fullness.note(all, c.began)
	}
	for i := range all {
		l := all[i].Limit
		if l.Kind > limits.Tokens {
			continue
		}
		left := max(all[i].Remaining, 0)
		if room := &c.rooms[l.Kind]; room.Max == 0 || left < room.Remaining {
			*room = Room{l.Max, left, l.Reset(c.began)}
		}
	}
}

// giveBack settles what was reserved by what was used.
func (c *Call) giveBack() {
	r := &c.reserved
	if r.first.held {
		used := c.used()
		if !r.unused {
			c.learn()
		}
		if c.at != r.of {
			used.until = min(used.until, r.callers) // another candidate has answered
		}
		c.end(&r.first, used)
	}
	if r.further.held {
		c.end(&r.further, c.used())
	}
	if r.key.held {
		c.end(&r.key, c.used())
	}
}

// used is what the call comes to.
func (c *Call) used() used {
	if c.reserved.unused {
		return nothing
	}
	return used{tokens: c.Usage.Total(), money: c.cost, until: all}
}

// end settles what was taken in a step.
func (c *Call) end(t *taking, u used) {
	if !t.held {
		return
	}
	t.held = false
	if t.hold.Prompt {
		c.reserved.actual = u.amounts(c.reserved.actual[:0], t.hold.Wants)
		_ = c.gateway.options.Limits.Settle(context.Background(), t.hold, c.reserved.actual) // cannot fail without the network
		t.reset()
		return
	}
	t.wants = nil // they belong to the hold now
	c.gateway.settler.take(settlement{t.hold, u})
}
