package keys

import (
	"math"
	"math/rand/v2"
)

// refresh works out which keys are live and what each is due. It runs when a
// key cools down, breaks, comes back, is disabled or enabled, or nears its limits. The
// lock is held.
func (s *Set) refresh(now, cost int64) {
	s.change, s.live, s.weighted, s.armed = math.MaxInt64, 0, 0, 0
	enabled := uint64(0)
	for i := range s.states {
		k := &s.states[i]
		if k.disabled {
			continue
		}
		bit := uint64(1) << i
		enabled |= bit
		if k.weight > 0 {
			s.weighted |= bit
		}
		switch b := &k.breaker; {
		case k.until > now:
			s.change = min(s.change, k.until)
		case b.stage != closed:
			s.change = min(s.change, b.turn(now))
			if b.stage == armed {
				s.armed |= bit
			}
		default:
			s.live |= bit
		}
	}
	alike := s.weighted == 0
	if alike {
		s.weighted = enabled
	}
	s.shareOut(alike)
	if !s.started {
		s.start(cost)
	}
}

// shareOut normalises the weights of the live keys, so that they add up to one
// exactly: the heaviest gets what rounding has left over.
func (s *Set) shareOut(alike bool) {
	var weights [Max]int64
	sum, heaviest := int64(0), 0
	for i := range s.states {
		s.accounts[i].due = 0
		if s.live>>i&1 == 0 {
			continue
		}
		weights[i] = s.states[i].weight
		if alike {
			weights[i] = one
		}
		weights[i] = s.states[i].effective(weights[i])
		sum += weights[i]
		if weights[i] > weights[heaviest] {
			heaviest = i
		}
	}
	if sum == 0 {
		return
	}
	rest := int64(one)
	for i, w := range weights {
		if w > 0 {
			due := max(w*one/sum, 1)
			s.accounts[i].due = due
			rest -= due
		}
	}
	s.accounts[heaviest].due += rest
}

// start goes to a random point of the cycle, so that many processes that start
// together do not all begin with the same key.
func (s *Set) start(cost int64) {
	may := s.live & s.weighted
	if may == 0 {
		return
	}
	s.started = true
	s.mean = cost << 8
	for range rand.IntN(2 * Max) {
		s.choose(may, cost)
	}
	for i := range s.accounts {
		s.accounts[i].used = 0
	}
}
