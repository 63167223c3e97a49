package keys

import "time"

// Debt is what a set says, or is told, of one key in an exchange with the sets of
// other processes.
type Debt struct {
	ID string
	// Owed is handed over: what the key is due less what it was used for, in cost << 16.
	Owed int64
	// Used is, in what Give returns, the cost of the key's calls since the last
	// Give; in what Take is given, the cost of all calls of all processes.
	Used int64
	// Breaker is of the key's breaker.
	Breaker Word
}

// Offer is what a set hands over at once.
type Offer struct {
	Debts []Debt
	Cost  int64 // of all calls since the last Give
	Mean  int64 // cost of a call on average, << 16
	Room  int64 // how much more of any key the set can take over; 0 once it has given all
}

// Idle says that there is nothing to tell.
func (o *Offer) Idle() bool {
	if o.Cost != 0 {
		return false
	}
	for i := range o.Debts {
		if d := &o.Debts[i]; d.Owed != 0 || d.Used != 0 || d.Breaker.Says != Nothing || d.Breaker.Probe {
			return false
		}
	}
	return true
}

const (
	// mostOffered bounds what is offered of one key, so that it is exact as a
	// float64 too, with room to add up: Redis reckons in those.
	mostOffered = 1 << 50
	// offersOfDebt is of how many Gives the traffic may be owed. At one each 100 ms
	// it is two seconds.
	offersOfDebt = 20
	mostOwed     = 1 << 16 // calls
)

// Give takes out of the set the part of its debts that goes beyond one call of
// mean cost, so that other processes may pay it: all keys' debts in the same
// proportion. What is returned counts no more here; it is lost if it gets nowhere.
// With all set, nothing is kept.
func (s *Set) Give(now int64, all bool) Offer {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := Offer{Debts: make([]Debt, len(s.accounts)), Mean: s.mean << 8}
	worst := int64(0)
	for i := range s.accounts {
		a, k := &s.accounts[i], &s.states[i]
		worst = max(worst, a.owed, -a.owed)
		o.Debts[i] = Debt{ID: k.id, Used: a.used - k.told}
		o.Cost += o.Debts[i].Used
		k.told = a.used
	}
	o.Cost = max(o.Cost, 0) // settled for less than was estimated
	calling := o.Cost > 0 || s.missed
	s.missed = false
	for i := range s.states {
		o.Debts[i].Breaker = s.states[i].breaker.word(now, calling)
	}
	s.mayOwe(o.Cost)
	keep := int64(0)
	if !all {
		keep = o.Mean
		o.Room = min(o.Mean*(s.most/2), mostOffered)
	}
	if worst <= keep {
		return o
	}
	part := min(float64(worst-keep), mostOffered) / float64(worst)
	for i := range s.accounts {
		a, d := &s.accounts[i], &o.Debts[i]
		if d.Owed = int64(float64(a.owed) * part); part == 1 {
			d.Owed = a.owed
		}
		a.owed -= d.Owed
	}
	return o
}

// mayOwe lets a key be owed two seconds of traffic: where debts are shared, many
// of them are under way between the processes. It falls slowly when the traffic does.
func (s *Set) mayOwe(cost int64) {
	calls := int64(0)
	if s.mean > 0 {
		calls = min(cost, mostOffered) << 8 / s.mean * offersOfDebt
	}
	s.most = min(max(maxOwed, calls, s.most-s.most>>3), mostOwed)
}

// Take adds debts that come from other processes, and what they know of breakers, of
// the keys that the set has.
func (s *Set) Take(now int64, debts []Debt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range debts {
		if i := s.index(d.ID); i >= 0 {
			s.accounts[i].owed += min(max(d.Owed, -mostOffered), mostOffered)
			s.states[i].everywhere = d.Used
			s.told(i, d.Breaker, now)
		}
	}
}

// CoolByID is Cool for a key that is named by its id. It reports false when the
// set has no such key.
func (s *Set) CoolByID(id string, until int64, reason string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.index(id)
	if i >= 0 && until > s.states[i].until {
		s.coolUntil(&s.states[i], until, reason)
	}
	return i >= 0
}

// index returns which key has the id, -1 if none has.
func (s *Set) index(id string) int {
	for i := range s.states {
		if s.states[i].id == id {
			return i
		}
	}
	return -1
}

// Node is one process's keys, for what shares them with those of others.
type Node interface {
	// Sets calls f with the set of each provider. None is reloaded meanwhile, so
	// that what f gives or takes is not lost or doubled; f must not wait for anything.
	Sets(f func(provider string, set *Set))
	// Cool lets a key rest that another node's call was refused with.
	Cool(provider, key string, until time.Time, reason string)
	// Break opens the breaker of a key, with a probe due at until, or closes it.
	Break(provider, key string, broken bool, until time.Time)
}
