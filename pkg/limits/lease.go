package limits

import "sync/atomic"

// lease is a batch of a limit that this node took ahead. The pot's lock guards it.
type lease struct {
	pot   *pot
	hold  Hold
	wants [1]Want
	until int64 // when no more of it may be spent

	taken int64 // what the shared limiter counts for it
	spent int64 // what its calls came to, by their estimates until they are settled
	open  int   // calls that are not settled
	over  bool  // nothing more is spent from it
}

// LeaseStats are what the leases of one kind of limit have come to since the start.
type LeaseStats struct {
	Leases   int64 // batches
	Leased   int64 // what was in them
	Returned int64 // what of it was not spent
}

type leaseCounts struct{ leases, leased, returned atomic.Int64 }

// Stats tells what the leases of a kind of limit have come to.
func (l *Leases) Stats(k Kind) LeaseStats {
	c := &l.stats[k]
	return LeaseStats{Leases: c.leases.Load(), Leased: c.leased.Load(), Returned: c.returned.Load()}
}

// left returns what may still be spent. What a call did not use is there for
// others; what one used beyond its estimate is not.
func (s *lease) left(now int64) int64 {
	if s.over || now >= s.until {
		return 0
	}
	return max(s.taken-s.spent, 0)
}

// putBack undoes a draw.
func (s *lease) putBack(w *Want) {
	s.settle(w.Amount, 0)
	w.lease = nil
}

// settle puts what a call came to in the place of its estimate.
func (s *lease) settle(estimate, actual int64) {
	s.pot.mu.Lock()
	s.open--
	s.spent += actual - estimate
	s.pot.mu.Unlock()
}

// finish ends the spending. The calls of the batch may still be settled.
func (s *lease) finish() {
	s.over = true
	if s.pot.current == s {
		s.pot.current = nil
	}
}

// due returns what the shared limiter is to be told of the batch, if anything:
// that less of it was spent, or more, and whether that is its end.
func (s *lease) due(now int64) (amount int64, ends, tell bool) {
	s.pot.mu.Lock()
	defer s.pot.mu.Unlock()
	if !s.over && now >= s.until {
		s.finish()
	}
	ends = s.over && s.open == 0
	return s.spent, ends, ends || s.over && s.spent != s.taken
}

// told notes that the shared limiter counts amount for the batch now, and returns
// how much that is less than before.
func (s *lease) told(amount int64) (returned int64) {
	s.pot.mu.Lock()
	defer s.pot.mu.Unlock()
	returned = max(s.taken-amount, 0)
	s.taken = amount
	return returned
}
