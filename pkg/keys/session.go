package keys

import "math"

// PickFor is Pick for a call of a session: all calls of a session get the same
// key as long as it may be used, on every process alike, since a provider keeps
// what it has read of a conversation for the key that sent it. The key is the one
// with the highest score for the session (weighted rendezvous hashing), so that a
// key which comes or goes moves only the sessions that are its own, and sessions
// are shared out by weight. What they cost counts as any other call.
func (s *Set) PickFor(now int64, eligible uint64, cost int64, session string) int {
	cost = min(max(cost, 1), 1e9)
	of := hash(session)
	s.mu.Lock()
	defer s.mu.Unlock()
	if now >= s.change {
		s.refresh(now, cost)
	}
	switch may := eligible & s.live; {
	case eligible&s.armed != 0:
		return s.probe(now, eligible&s.armed, cost)
	case may&s.weighted != 0:
		return s.choose(1<<s.rendezvous(may&s.weighted, of), cost)
	case may != 0 && eligible&s.weighted == 0:
		return s.spread(1<<s.rendezvous(may, of), cost)
	}
	s.missed = true
	return -1
}

// rendezvous returns the key of those in may with the highest score.
func (s *Set) rendezvous(may, session uint64) (best int) {
	highest := math.Inf(-1)
	for i := range s.states {
		if may>>(i&63)&1 == 0 {
			continue
		}
		// -weight / ln(u) for u uniform in (0, 1): the highest of several such is
		// each key's with a probability in proportion to its weight.
		u := (float64(mix(session^s.states[i].hash)>>11) + 0.5) / (1 << 53)
		if score := -float64(max(s.states[i].weight, 1)) / math.Log(u); score > highest {
			best, highest = i, score
		}
	}
	return best
}

// hash is FNV-1a: the same in each process, and no secret depends on it.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// mix spreads the bits of x (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
