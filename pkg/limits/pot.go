package limits

// Hot path.

import (
	"hash/maphash"
	"sync"
	"time"
)

// pot is what this node has of one limit, and how often it is asked for it.
type pot struct {
	limit *Limit // the one last asked for

	mu      sync.Mutex
	current *lease // to be spent from; nil if there is none
	filling bool   // a batch is on its way

	since, calls, asked int64   // the stretch of time that is being measured
	perSecond           float64 // calls
	amountPerSecond     float64

	remaining  int64 // of the limit, as the shared limiter last said
	strictFor  int64 // until when no batch is taken
	dryUntil   int64 // when there will be room again, as a refusal said
	dryCheck   int64 // until when that is believed
	dryAmount  int64 // what was refused
	lastWanted int64
}

// How leases are taken.
const (
	leaseLongest  = 500 * time.Millisecond // within which a batch is spent
	leaseShortest = 50 * time.Millisecond
	leasePart     = 400                    // of a window that a batch may be spent over
	leaseAhead    = 100 * time.Millisecond // of demand that is taken ahead
	leaseFrom     = 20                     // calls in a second
	leaseLeast    = 2                      // calls that a batch is worth its taking for
	measure       = 200 * time.Millisecond
	dryBelieved   = 20 * time.Millisecond
	strictAfter   = 250 * time.Millisecond // the shared limiter could not be reached
)

// validity returns within what time a batch of a limit is spent, 0 if it is not
// to have any.
func validity(l *Limit) time.Duration {
	switch l.Shape() {
	case Window:
		if v := min(l.Period/leasePart, leaseLongest); v >= leaseShortest {
			return v
		}
	case Fixed:
		return leaseLongest
	}
	return 0
}

// leasable says whether a call could be served from batches.
func leasable(wants []Want) bool {
	for i := range wants {
		if validity(wants[i].Limit) == 0 {
			return false
		}
	}
	return len(wants) > 0
}

// draw takes what is wanted from the batch, if take says so and there is enough,
// and says whether a new batch is to be taken.
func (p *pot) draw(now int64, w *Want, take bool) (drawn, wantsMore bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.demand(now, w)
	left, low := int64(0), int64(0)
	if s := p.current; s != nil {
		left, low = s.left(now), s.taken*3/10
		if take && left >= max(w.Amount, 1) {
			s.spent += w.Amount
			s.open++
			left -= w.Amount
			w.lease, w.Remaining, w.Ends = s, p.remaining+left, 0
			drawn = true
		}
	}
	if left <= low && !p.filling && p.size(now, 1) > 0 {
		p.filling, wantsMore = true, true
	}
	return drawn, wantsMore
}

// demand measures how often the limit is asked, and for how much.
func (p *pot) demand(now int64, w *Want) {
	p.limit, p.lastWanted = w.Limit, now
	p.calls++
	p.asked += w.Amount
	took := now - p.since
	if took < int64(measure) {
		return
	}
	p.perSecond = (p.perSecond + float64(p.calls)*1e9/float64(took)) / 2
	p.amountPerSecond = (p.amountPerSecond + float64(p.asked)*1e9/float64(took)) / 2
	p.since, p.calls, p.asked = now, 0, 0
}

// size returns how large a batch is to be, 0 if there is to be none: the limit is
// seldom asked, or little of it remains.
func (p *pot) size(now int64, nodes int) int64 {
	if p.perSecond < leaseFrom || now < p.strictFor || p.remaining < p.limit.Max/10 {
		return 0
	}
	n := min(int64(p.amountPerSecond*leaseAhead.Seconds()), p.remaining/int64(4*max(nodes, 1)))
	if float64(n) < leaseLeast*p.amountPerSecond/p.perSecond {
		return 0
	}
	return n
}

// heard notes how much of the limit remains.
func (p *pot) heard(remaining int64) {
	p.mu.Lock()
	p.remaining = remaining
	p.mu.Unlock()
}

// refused notes that the shared limiter has refused. Calls are the same as each
// other, so the next are refused here for a moment; for other amounts it is not
// known whether there is room.
func (p *pot) refused(now int64, r *Refusal, wants []Want) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Unavailable {
		p.strictFor = now + int64(strictAfter)
		return
	}
	p.remaining = r.Remaining
	if r.Limit.Kind != Requests || r.RetryAfter == 0 {
		return
	}
	for i := range wants {
		if wants[i].Limit == r.Limit {
			p.dryAmount = wants[i].Amount
		}
	}
	p.dryUntil = now + int64(r.RetryAfter)
	p.dryCheck = min(p.dryUntil, now+int64(dryBelieved))
}

// stillDry returns the refusal again, while it is believed.
func (p *pot) stillDry(now, amount int64) *Refusal {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now >= p.dryCheck || amount < p.dryAmount {
		return nil
	}
	return &Refusal{Limit: p.limit, Remaining: p.remaining, RetryAfter: time.Duration(p.dryUntil - now)}
}

// potShard is a part of the pots, by the limits' ids.
type potShard struct {
	mu      sync.RWMutex
	pots    map[string]*pot
	sweepAt int
}

const (
	potShards      = 64
	potsSweepLeast = 256
	potIdle        = int64(time.Minute)
)

// pot returns the pot of a limit.
func (l *Leases) pot(limit *Limit, now int64) *pot {
	s := &l.pots[maphash.String(l.seed, limit.ID)%potShards]
	s.mu.RLock()
	p := s.pots[limit.ID]
	s.mu.RUnlock()
	if p != nil {
		return p
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p = s.pots[limit.ID]; p != nil {
		return p
	}
	if len(s.pots) >= s.sweepAt {
		s.sweep(now)
	}
	p = &pot{limit: limit, since: now}
	s.pots[limit.ID] = p
	return p
}

// sweep drops the pots of limits that are no longer asked for. A batch that is
// left is given back when its time is over.
func (s *potShard) sweep(now int64) {
	for id, p := range s.pots {
		p.mu.Lock()
		if p.lastWanted+potIdle <= now {
			delete(s.pots, id)
		}
		p.mu.Unlock()
	}
	s.sweepAt = max(potsSweepLeast, 2*len(s.pots))
}
