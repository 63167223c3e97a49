// Hot path: nothing here allocates.

package keys

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// Max is the largest number of keys in a set: one bit each in a mask.
const Max = 64

// Key is one key of a set.
type Key struct {
	ID       string  // unique in the set; carries the key's state over a reload
	Weight   float64 // its share, relative to the others'; 0: not used while another can be
	Disabled bool
}

// Set chooses among the keys of one provider. Keys are named by their index in
// the slice that New was given, and a set of keys is a mask with bit i for key i.
// The time is given by the caller as nanoseconds since 1970. Safe for concurrent
// use.
type Set struct {
	mu       sync.Mutex
	live     uint64 // neither disabled, nor cooling, nor broken
	weighted uint64 // of a weight above 0 and not disabled
	armed    uint64 // broken, and the next call may be their probe
	missed   bool   // a call found no key since the last Give
	change   int64  // when the next key comes back from its cool-down, or is probed
	mean     int64  // of the costs, a moving average, << 8
	most     int64  // how many calls of mean cost a key may be owed, or overdrawn
	accounts []account
	started  bool

	states   []state
	troubled atomic.Uint64 // keys that were refused since they were last accepted, or failed of late
	scarce   atomic.Uint64 // keys that have little left of their limits
}

// account is what the choice needs of a key.
type account struct {
	// due is what the key accrues of a call's cost, in parts of 1<<16. The due of
	// all live keys add up to 1<<16; others have none.
	due int64
	// owed is what the key is due minus what it was used for, in cost << 16. The
	// sum over all keys stays 0 as calls are picked and settled.
	owed int64
	used int64 // cost of its picks and settlements
}

// state is what the choice itself does not need of a key.
type state struct {
	id       string
	hash     uint64 // of the id
	weight   int64  // 16.16
	disabled bool
	until    int64 // end of the cool-down
	refusals int   // in a row
	reason   string
	breaker  breaker
	scarcity int // by how many parts of ample the weight is less for now

	told       int64 // of used, what was given to others already
	everywhere int64 // used by all processes, as far as is known
}

const (
	one = 1 << 16
	// maxOwed is how many calls of mean cost a key may be owed, or overdrawn, where
	// its debts are not shared with other processes. A filter that keeps a key from ever getting its share must not build up a debt
	// that is paid in one long burst when the filter goes.
	maxOwed = 128
)

// New makes a set. It fails for more than Max keys, for a weight that is
// negative, not finite or over 1e6, and for an id that occurs twice.
func New(keys []Key) (*Set, error) {
	if len(keys) > Max {
		return nil, fmt.Errorf("keys: %d keys, at most %d are possible", len(keys), Max)
	}
	s := &Set{change: math.MinInt64, most: maxOwed, accounts: make([]account, len(keys)), states: make([]state, len(keys))}
	seen := map[string]bool{}
	for i, k := range keys {
		if !(k.Weight >= 0 && k.Weight <= 1e6) {
			return nil, fmt.Errorf("keys: the weight of key %d is not between 0 and 1e6", i)
		}
		if seen[k.ID] {
			return nil, fmt.Errorf("keys: two keys have the id %q", k.ID)
		}
		seen[k.ID] = true
		s.states[i] = state{id: k.ID, hash: hash(k.ID), weight: fixed(k.Weight), disabled: k.Disabled}
	}
	return s, nil
}

// fixed turns a weight into 16.16; a positive one stays positive.
func fixed(w float64) int64 {
	f := int64(math.Round(w * one))
	if w > 0 {
		f = max(f, 1)
	}
	return f
}

// Pick returns the key that a call of this cost should use, among those in
// eligible, or -1 if all of them are disabled, cooling or broken. cost is 1, or the
// estimated tokens; values outside 1…1e9 are taken for the nearest. A key of
// weight 0 is picked only if no eligible key has a weight, not even one that
// cools down; if no key of the set has one, all weigh the same.
func (s *Set) Pick(now int64, eligible uint64, cost int64) int {
	cost = min(max(cost, 1), 1e9)
	s.mu.Lock()
	if now >= s.change {
		s.refresh(now, cost)
	}
	best := -1
	if may := eligible & s.live; eligible&s.armed != 0 {
		best = s.probe(now, eligible&s.armed, cost)
	} else if may&s.weighted != 0 {
		best = s.choose(may&s.weighted, cost)
	} else if may != 0 && eligible&s.weighted == 0 {
		best = s.spread(may, cost)
	} else {
		s.missed = true
	}
	s.mu.Unlock()
	return best
}

// choose lets all live keys accrue and takes the one that is owed most of those in may.
func (s *Set) choose(may uint64, cost int64) int {
	best, most, highest := 0, int64(math.MinInt64), int64(0)
	for i := range s.accounts {
		a := &s.accounts[i]
		a.owed += a.due * cost
		highest = max(highest, a.owed)
		if may>>(i&63)&1 != 0 && a.owed > most {
			best, most = i, a.owed
		}
	}
	a := &s.accounts[best]
	a.owed -= cost << 16
	a.used += cost
	s.mean += (cost<<8 - s.mean) >> 6
	if limit := s.mean << 8 * s.most; highest > limit || a.owed < -limit {
		s.forgive(limit)
	}
	return best
}

// spread picks any of the keys in may, none of which has a weight. It is too
// rare a case to keep debts for.
func (s *Set) spread(may uint64, cost int64) int {
	for range rand.IntN(bits.OnesCount64(may)) {
		may &= may - 1
	}
	best := bits.TrailingZeros64(may)
	s.accounts[best].used += cost
	return best
}

// forgive shrinks all debts in proportion, so that they still add up and keep
// their order.
func (s *Set) forgive(limit int64) {
	worst := int64(1)
	for i := range s.accounts {
		worst = max(worst, s.accounts[i].owed, -s.accounts[i].owed)
	}
	keep := float64(limit) * 7 / 8 / float64(worst)
	for i := range s.accounts {
		s.accounts[i].owed = int64(float64(s.accounts[i].owed) * keep)
	}
}

// Settle corrects the cost of a call that was sent with key i: delta is the
// actual cost less the one given to Pick, at most 1e9 either way.
func (s *Set) Settle(i int, delta int64) {
	if i < 0 || i >= len(s.accounts) || delta == 0 {
		return
	}
	delta = min(max(delta, -1e9), 1e9)
	s.mu.Lock()
	for j := range s.accounts {
		s.accounts[j].owed += s.accounts[j].due * delta
	}
	s.accounts[i].owed -= delta << 16
	s.accounts[i].used += delta
	s.mu.Unlock()
}
