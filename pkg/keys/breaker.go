package keys

import (
	"math/bits"
	"time"
)

// breaker takes a key out of use whose calls fail by the provider's fault: by errors
// of its own, connections that cannot be made, answers that do not come. What a caller
// does wrong, and what the provider refuses the key, is no failure.
//
// It opens when most of a number of calls have failed, and then lets a single call
// through now and then: the probe. One that is answered closes it, one that fails
// keeps it open for longer.
type breaker struct {
	stage  stage
	shared bool  // others know that it is open, and their word closes it
	until  int64 // no probe before
	held   int64 // nor, without a grant, before this
	lapse  int64 // when a probe that was not sent, or of which nothing is heard, is forgotten
	trips  int   // in a row
	say    Saying

	// The calls of the window that began at since.
	failed, passed int
	since          int64
}

type stage uint8

const (
	closed  stage = iota
	open          // the key is not used
	armed         // the next call may be the probe
	probing       // a probe is under way
)

const (
	// tripAfter is how many calls must fail in a window of breakerWindow, and for each
	// of those that do not, tripRatio must.
	tripAfter     = 10
	tripRatio     = 4
	breakerWindow = int64(30 * time.Second)

	openFirst = 5 * time.Second
	openMost  = 30 * time.Second
	probeTime = int64(10 * time.Second)
)

// Failed notes that a call with key i has failed by the provider's fault. It reports
// whether the key is out of use, and whether it is so by this failure.
func (s *Set) Failed(i int, now int64) (broken, news bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.at(i)
	if k == nil {
		return false, false
	}
	b := &k.breaker
	s.troubled.Or(1 << i)
	switch b.stage {
	case probing:
		s.trip(b, now)
	case closed:
		if now-b.since > breakerWindow {
			b.failed, b.passed, b.since = 0, 0, now
		}
		b.failed++
		if b.failed >= tripAfter && b.failed >= tripRatio*b.passed {
			s.trip(b, now)
			news = true
		}
	}
	return b.stage != closed, news
}

// trip opens a breaker, for longer each time.
func (s *Set) trip(b *breaker, now int64) {
	rest := min(openFirst<<min(b.trips, 8), openMost)
	*b = breaker{stage: open, shared: b.shared, until: now + int64(rest), trips: b.trips + 1, say: Opened}
	s.reweigh()
}

// Passed notes that the provider has answered a call with key i, were it to refuse it.
// It reports true when this brings the key back into use.
func (s *Set) Passed(i int) bool {
	if i < 0 || i >= len(s.states) || s.troubled.Load()>>i&1 == 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.passed(i)
}

func (s *Set) passed(i int) (mended bool) {
	b := &s.states[i].breaker
	switch b.stage {
	case probing:
		s.mend(b)
		b.say = Closed
		mended = true
	case closed:
		// So many answers leave nothing of a few failures.
		if b.passed++; b.passed > tripAfter {
			b.failed, b.passed = 0, 0
		}
	}
	if b.stage == closed && b.failed == 0 && s.states[i].refusals == 0 {
		s.troubled.And(^(uint64(1) << i))
	}
	return mended
}

// mend closes a breaker.
func (s *Set) mend(b *breaker) {
	*b = breaker{}
	s.reweigh()
}

// PickBroken is Pick among the keys whose breakers are open, for a call that can be
// sent with no other. If it is answered, the key comes back into use.
func (s *Set) PickBroken(now int64, eligible uint64, cost int64) int {
	cost = min(max(cost, 1), 1e9)
	s.mu.Lock()
	defer s.mu.Unlock()
	may := uint64(0)
	for i := range s.states {
		k := &s.states[i]
		if k.breaker.stage != closed && !k.disabled && k.until <= now {
			may |= eligible & (1 << i)
		}
	}
	if may == 0 {
		return -1
	}
	i := s.spread(may, cost)
	s.send(&s.states[i].breaker, now)
	return i
}

// probe picks one of the keys that wait for a probe.
func (s *Set) probe(now int64, may uint64, cost int64) int {
	i := bits.TrailingZeros64(may)
	s.armed &^= 1 << i
	s.send(&s.states[i].breaker, now)
	if s.live == 0 {
		return s.spread(1<<i, cost)
	}
	return s.choose(1<<i, cost)
}

func (s *Set) send(b *breaker, now int64) {
	b.stage, b.lapse = probing, now+probeTime
	s.reweigh()
}

// turn moves an open breaker on to where it is now, and returns when to look again.
func (b *breaker) turn(now int64) (next int64) {
	if b.stage > open && now >= b.lapse {
		b.stage = open
	}
	if b.stage == open && now >= max(b.until, b.held) {
		b.stage, b.lapse = armed, now+probeTime
	}
	if b.stage == open {
		return max(b.until, b.held)
	}
	return b.lapse
}
