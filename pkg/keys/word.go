package keys

// Saying is what there is to say of a breaker.
type Saying uint8

// In what Give returns, what has become of it since the last Give; in what Take is
// given, how it is for all processes.
const (
	Nothing Saying = iota
	Opened
	Closed
)

// Word is what a set says of a key's breaker, or is told.
type Word struct {
	Says Saying
	// Until is, for Opened in what Give returns, when a probe is due. In what Take is
	// given, no probe is sent before it without a grant.
	Until int64
	// Probe asks for the grant of a probe, or is the grant.
	Probe bool
}

// word returns what the set says of a breaker. It is not said again.
func (b *breaker) word(now int64, calling bool) Word {
	w := Word{Says: b.say, Probe: calling && b.stage == open && now >= b.until}
	if w.Says == Opened {
		w.Until = b.until
	}
	b.say = Nothing
	return w
}

// told applies what all processes know of a breaker. What the set has to say itself
// is newer.
func (s *Set) told(i int, w Word, now int64) {
	b := &s.states[i].breaker
	if b.say == Nothing {
		switch {
		case w.Says == Opened:
			s.opened(i, w.Until)
		case w.Says == Closed && b.shared:
			s.mend(b)
		}
	}
	if b.stage != open {
		return
	}
	b.held = max(b.held, w.Until)
	if w.Probe {
		b.stage, b.lapse = armed, now+probeTime
	}
	s.reweigh()
}

// opened opens a breaker at the word of others.
func (s *Set) opened(i int, until int64) {
	b := &s.states[i].breaker
	if b.stage == closed {
		*b = breaker{stage: open, until: until}
		s.troubled.Or(1 << i)
		s.reweigh()
	}
	b.shared = true
}

// BreakByID opens the breaker of the key with the id, as other processes know it to
// be, with a probe due at until; or closes it. It reports false when the set has no
// such key.
func (s *Set) BreakByID(id string, broken bool, until int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.index(id)
	if i < 0 {
		return false
	}
	switch b := &s.states[i].breaker; {
	case broken:
		s.opened(i, until)
	case b.shared:
		s.mend(b)
	}
	return true
}
