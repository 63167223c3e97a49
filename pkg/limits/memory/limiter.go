package memory

// Hot path.

import (
	"context"
	"hash/maphash"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// Options are how a limiter counts. The zero value will do.
type Options struct {
	Clock func() time.Time // default: time.Now
	// Max is how much of a limit this limiter gives; default: the limit's Max.
	Max func(*limits.Limit) int64
	// HoldFor is how long a call that holds money may go on before it is taken for
	// lost: the process lives, so it goes on. Default: [limits.HoldMost].
	HoldFor time.Duration
	// Warned is told when a limit's threshold is reached, by whom settles; it is not to
	// wait for anything. Default: nobody is told.
	Warned func(limits.Threshold)
}

const shards = 64

// Limiter counts limits in memory. Safe for concurrent use.
type Limiter struct {
	options Options
	seed    maphash.Seed
	second  maphash.Seed // of the other half of a call's key
	born    time.Time
	order   atomic.Uint64
	counts  [shards]countShard // shards, so that few wait for each other at a map
	calls   [shards]callShard
}

// New makes a limiter.
func New(o Options) *Limiter {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.HoldFor <= 0 {
		o.HoldFor = limits.HoldMost
	}
	m := &Limiter{options: o, seed: maphash.MakeSeed(), second: maphash.MakeSeed(), born: o.Clock()}
	for i := range shards {
		m.counts[i].begin()
		m.calls[i].begin()
	}
	return m
}

func (m *Limiter) now() moment {
	t := m.options.Clock()
	return moment{mono: int64(t.Sub(m.born)), wall: t}
}

func (m *Limiter) max(l *limits.Limit) int64 {
	if m.options.Max != nil {
		return m.options.Max(l)
	}
	return l.Max
}

// Reserve implements [limits.Limiter].
func (m *Limiter) Reserve(ctx context.Context, callID string, wants []limits.Want) (limits.Hold, *limits.Refusal, error) {
	if err := limits.CheckWants(callID, wants); err != nil {
		return limits.Hold{}, nil, err
	}
	if err := ctx.Err(); err != nil {
		return limits.Hold{}, nil, err
	}
	hold := limits.Hold{CallID: callID, Wants: wants, Prompt: true}
	now := m.now()
	shard, key := m.callOf(callID)
	c := shard.open(callID, key, now.mono)
	if c == nil {
		return hold, nil, nil // it holds what it wants already
	}
	m.lock(c, wants, now)
	refusal := m.check(c, wants, now)
	if refusal == nil {
		m.add(c, wants, now)
		c.ready.Store(true)
	}
	c.unlock()
	if refusal != nil {
		shard.close(key).free()
		return limits.Hold{}, refusal, nil
	}
	return hold, nil, nil
}

// check looks whether there is room for all wants, and fills in what would remain.
func (m *Limiter) check(c *call, wants []limits.Want, now moment) *limits.Refusal {
	var worst *limits.Refusal
	for i := range wants {
		w, n := &wants[i], c.parts[i].count
		most, used := m.max(w.Limit), n.used(w.Limit, now)
		w.Remaining, w.Ends = max(most-used-w.Amount, 0), n.ends(w.Limit, now)
		if used+w.Amount <= most {
			continue
		}
		r := &limits.Refusal{Limit: w.Limit, Remaining: max(most-used, 0)}
		if w.Amount <= most {
			r.RetryAfter = n.wait(w.Limit, now, used+w.Amount-most)
		}
		if worst == nil || worst.RetryAfter != 0 && (r.RetryAfter == 0 || r.RetryAfter > worst.RetryAfter) {
			worst = r
		}
	}
	return worst
}

func (m *Limiter) add(c *call, wants []limits.Want, now moment) {
	for i := range wants {
		w, p := &wants[i], &c.parts[i]
		p.amount = w.Amount
		p.where = p.count.add(w.Limit, now, w.Amount, w.Spread)
	}
}

// Settle implements [limits.Limiter].
func (m *Limiter) Settle(_ context.Context, h limits.Hold, actual []int64) error {
	shard, key := m.callOf(h.CallID)
	c := shard.close(key)
	if c == nil {
		return nil // it was settled before
	}
	for i := range c.parts {
		p := &c.parts[i]
		by := limits.Actual(h, actual, i) - p.amount
		if p.shape == limits.InUse {
			by = -p.amount
		}
		p.amend(by)
		if l := h.Wants[i].Limit; l.Warn > 0 && m.options.Warned != nil {
			m.warn(l, p.count)
		}
	}
	c.free()
	return nil
}

// Amend implements [limits.Shared].
func (m *Limiter) Amend(ctx context.Context, amendments []limits.Amendment) error {
	for i := range amendments {
		a := &amendments[i]
		if a.Ends {
			if err := m.Settle(ctx, a.Hold, a.Amounts); err != nil {
				return err
			}
			continue
		}
		m.amend(a)
	}
	return nil
}

func (m *Limiter) amend(a *limits.Amendment) {
	shard, key := m.callOf(a.Hold.CallID)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	c := shard.calls[key]
	if c == nil {
		return
	}
	for i := range c.parts {
		p := &c.parts[i]
		amount := limits.Actual(a.Hold, a.Amounts, i)
		p.amend(amount - p.amount)
		p.amount = amount
	}
}

// Add counts an amount without asking whether there is room, and with nobody to
// settle it.
func (m *Limiter) Add(l *limits.Limit, amount int64) {
	now := m.now()
	n := m.countOf(l.ID, now)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.used(l, now)
	n.add(l, now, amount, 0)
}

// Close implements [limits.Limiter]: there is nothing to do.
func (m *Limiter) Close() error { return nil }
