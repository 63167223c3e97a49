package keys

import (
	"math"
	"time"
)

// State is what a Set knows of one key.
type State struct {
	ID     string
	Weight float64 // as configured
	Used   int64   // cost of the calls that were sent with it
	Share  float64 // Used in proportion to that of all keys
	// Everywhere is Share over the calls of all processes, where they are known; else it is Share.
	Everywhere float64
	Owed       int64     // what it is due less what it was used for, in cost << 16
	CoolUntil  time.Time // zero when the key is not cooling down
	Disabled   bool
	Broken     bool   // its calls fail, so that it is only probed
	Scarce     bool   // it is used less, since little is left of its limits
	Reason     string // why it cools down or was disabled at run time
}

// Snapshot returns the state of all keys, in their order.
func (s *Set) Snapshot(now int64) []State {
	s.mu.Lock()
	defer s.mu.Unlock()
	var total, everywhere int64
	for i := range s.accounts {
		total += s.accounts[i].used
		everywhere += s.states[i].everywhere
	}
	states := make([]State, len(s.states))
	for i := range states {
		k, used := &s.states[i], s.accounts[i].used
		states[i] = State{ID: k.id, Weight: float64(k.weight) / one, Used: used, Owed: s.accounts[i].owed, Disabled: k.disabled, Broken: k.breaker.stage != closed, Scarce: k.scarcity > 0}
		if total > 0 {
			states[i].Share = float64(used) / float64(total)
			states[i].Everywhere = states[i].Share
		}
		if everywhere > 0 {
			states[i].Everywhere = float64(k.everywhere) / float64(everywhere)
		}
		if k.until > now {
			states[i].CoolUntil = time.Unix(0, k.until)
		}
		if k.disabled || k.until > now {
			states[i].Reason = k.reason
		}
	}
	return states
}

// NextBack returns when the first of the cooling keys in eligible comes back,
// and false if none of them is cooling.
func (s *Set) NextBack(now int64, eligible uint64) (at int64, cooling bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at = math.MaxInt64
	for i := range s.states {
		k := &s.states[i]
		if eligible>>i&1 != 0 && !k.disabled && k.until > now {
			at, cooling = min(at, k.until), true
		}
	}
	return at, cooling
}

// Reload makes a set of other keys that takes over, for the ids it shares with
// s, what they are owed, were used for, their cool-downs and breakers. A key that was
// disabled at run time gets another chance. s stays valid for the calls that
// still use it; what they report to it from now on is not carried over.
func (s *Set) Reload(keys []Key) (*Set, error) {
	next, err := New(keys)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := make(map[string]int, len(s.states))
	for i := range s.states {
		old[s.states[i].id] = i
	}
	for i := range next.states {
		from, known := old[next.states[i].id]
		if !known {
			continue
		}
		k, was := &next.states[i], &s.states[from]
		if !was.disabled {
			k.until, k.reason, k.refusals = was.until, was.reason, was.refusals
			k.breaker = was.breaker
		}
		next.accounts[i] = s.accounts[from]
		k.told, k.everywhere = was.told, was.everywhere
		k.scarcity = was.scarcity
		next.troubled.Or(s.troubled.Load() >> from & 1 << i)
		next.scarce.Or(s.scarce.Load() >> from & 1 << i)
	}
	next.started, next.mean, next.most = s.started, s.mean, s.most
	return next, nil
}
