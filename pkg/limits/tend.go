package limits

import (
	"context"
	"strconv"
	"time"
)

const (
	fillers    = 4    // batches that are taken at the same time
	wantedMost = 1024 // pots that wait for one
	tendEvery  = 50 * time.Millisecond
	tendBatch  = 256 // leases that are told of in one round trip
)

// want asks for a batch. When too many wait already, the next call will ask.
func (l *Leases) want(p *pot) {
	select {
	case l.wanted <- p:
	default:
		p.mu.Lock()
		p.filling = false
		p.mu.Unlock()
	}
}

func (l *Leases) fillAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case p := <-l.wanted:
			l.fill(ctx, p)
		}
	}
}

// fill takes a batch for a pot in the place of the one that it has.
func (l *Leases) fill(ctx context.Context, p *pot) {
	nodes, sent := l.nodes(), l.now()
	p.mu.Lock()
	limit, n := p.limit, p.size(sent, nodes)
	p.mu.Unlock()
	s, strict := l.take(ctx, p, limit, n, sent)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.filling = false
	p.strictFor = l.now() + int64(strict)
	if s == nil {
		return
	}
	p.remaining = s.wants[0].Remaining
	if p.current != nil {
		p.current.finish()
	}
	p.current = s
	l.mu.Lock()
	l.live = append(l.live, s)
	l.mu.Unlock()
}

// take takes n of a limit. Without a lease it returns for how long none is to be
// taken.
func (l *Leases) take(ctx context.Context, p *pot, limit *Limit, n, sent int64) (*lease, time.Duration) {
	if n == 0 {
		return nil, 0
	}
	valid := validity(limit)
	s := &lease{pot: p, taken: n, wants: [1]Want{{Limit: limit, Amount: n, Spread: valid}}}
	hold, refusal, err := l.shared.Reserve(ctx, l.name+strconv.FormatUint(l.serial.Add(1), 36), s.wants[:])
	switch {
	case err != nil || refusal != nil && refusal.Unavailable:
		return nil, strictAfter
	case refusal != nil:
		p.heard(refusal.Remaining)
		return nil, measure // meanwhile the calls tell whether there is more
	case hold.Source != Counted:
		// A policy gave it: that is for calls, not for batches.
		l.shared.Settle(ctx, hold, make([]int64, 1)) //nolint:errcheck // it concerns this node's own share at most
		return nil, strictAfter
	}
	if ends := s.wants[0].Ends; ends > 0 {
		valid = min(valid, ends) // it is spent in the period in which it is counted
	}
	l.stats[limit.Kind].leases.Add(1)
	l.stats[limit.Kind].leased.Add(n)
	s.hold = hold
	s.until = sent + int64(valid) // sent is before the shared limiter counted it
	return s, 0
}

func (l *Leases) tendAll(ctx context.Context) {
	ticker := time.NewTicker(tendEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			l.tend(ctx, l.now())
		}
	}
}

// tend gives back what batches have left whose time is over, and settles those
// whose calls all are.
func (l *Leases) tend(ctx context.Context, now int64) {
	l.mu.Lock()
	live := l.live
	l.live = nil
	l.mu.Unlock()
	rest := live[:0:0]
	var due []*lease
	var amendments []Amendment
	for _, s := range live {
		amount, ends, tell := s.due(now)
		if !tell {
			rest = append(rest, s)
			continue
		}
		due = append(due, s)
		amendments = append(amendments, Amendment{Hold: s.hold, Amounts: []int64{amount}, Ends: ends})
	}
	for len(due) > 0 {
		n := min(tendBatch, len(due))
		failed := l.shared.Amend(ctx, amendments[:n]) != nil
		for i, s := range due[:n] {
			if !failed {
				l.stats[s.wants[0].Limit.Kind].returned.Add(s.told(amendments[i].Amounts[0]))
			}
			if failed || !amendments[i].Ends {
				rest = append(rest, s)
			}
		}
		due, amendments = due[n:], amendments[n:]
	}
	l.mu.Lock()
	l.live = append(rest, l.live...)
	l.mu.Unlock()
}
