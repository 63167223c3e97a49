package redis

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
)

// share is this node's own count, for limits whose policy is to go by a share of
// them while Redis is away. In memory are the calls that passed by it and, from the
// first of them on, the node's part of what Redis last said to be used.
type share struct {
	nodes  func() int
	known  atomic.Int64 // nodes, when Redis was last there
	memory *memory.Limiter

	mu      sync.Mutex
	last    map[string]heard // what Redis said last, by the limit's id
	gone    bool             // a limit is counted here
	sweepAt int
}

// heard is what Redis said of a limit.
type heard struct {
	used int64
	at   time.Time
	// others is how much the other nodes took from one answer to the next, of late.
	// They may have taken as much again since the last one.
	others int64
	// here: the limit is counted here since Redis went away, and as what was used
	// before, recalled is in memory.
	here     bool
	recalled int64
}

// heardFor is how long it is remembered what Redis said.
const (
	heardFor   = 10 * time.Minute
	sweepLeast = 4096
)

func (s *share) begin(nodes func() int, o memory.Options) {
	s.nodes, s.last, s.sweepAt = nodes, map[string]heard{}, sweepLeast
	o.Max = func(l *limits.Limit) int64 { return s.of(l.Max) }
	s.memory = memory.New(o)
	s.known.Store(1)
	s.sample()
}

// sample notes the number of nodes while Redis is there. Once it is away the
// others may seem to be gone as well, although each of them counts a share.
func (s *share) sample() { s.known.Store(int64(max(s.nodes(), 1))) }

// of returns a node's share of an amount, and at least one of a limit that gives
// anything at all.
func (s *share) of(amount int64) int64 {
	if amount <= 0 {
		return 0
	}
	return max(amount/s.among(), 1)
}

func (s *share) among() int64 { return max(s.known.Load(), int64(s.nodes())) }

// learn notes what Redis said of what remains, when it was asked at a time and gave
// the amounts wanted. Answers overtake each other: of those that were under way
// together the worst holds.
func (s *share) learn(wants []limits.Want, asked time.Time) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range wants {
		l := wants[i].Limit
		if l.Policy != limits.LocalShare || l.Shape() == limits.InUse {
			continue
		}
		h, found := s.last[l.ID]
		used := max(l.Max-wants[i].Remaining, 0)
		if asked.Before(h.at) {
			used = max(used, h.used)
		}
		if found {
			h.others = max(used-h.used-wants[i].Amount, h.others/2)
		}
		h.used, h.at = used, now
		s.put(l.ID, h, found)
	}
}

// put keeps what is known of a limit. The oldest is forgotten when there is much.
func (s *share) put(id string, h heard, known bool) {
	if !known && len(s.last) >= s.sweepAt {
		for id, old := range s.last {
			if h.at.Sub(old.at) > heardFor {
				delete(s.last, id)
			}
		}
		s.sweepAt = max(sweepLeast, 2*len(s.last))
	}
	s.last[id] = h
}

// recall counts this node's part of what Redis last said to be used, so that a limit
// does not begin anew because Redis went away; of what is heard late, the rest. It
// is rounded up: what each node forgets of it would pass over the limit. Whoever
// comes meanwhile waits, and finds it counted.
func (s *share) recall(ctx context.Context, l *limits.Limit) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	h, found := s.last[l.ID]
	part := int64(0)
	if h.used > 0 && (l.Period == 0 || now.Sub(h.at) < l.Period) {
		part = s.part(&h)
	}
	if !h.here {
		// What passed here when Redis was away before, it has counted since.
		u, err := s.memory.Usage(ctx, l)
		if err != nil {
			return
		}
		h.here, h.recalled, s.gone = true, u.Used, true
	} else if part <= h.recalled {
		return
	}
	if missing := part - h.recalled; missing > 0 {
		s.memory.Add(l, missing)
	}
	h.recalled = max(part, h.recalled)
	if !found {
		h.at = now
	}
	s.put(l.ID, h, found)
}

// part is this node's part of what is used.
func (s *share) part(h *heard) int64 {
	n := s.among()
	if n == 1 {
		return h.used
	}
	return (h.used+h.others-1)/n + 1
}

// back notes that Redis counts again, and has what passed here.
func (s *share) back() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.gone {
		return
	}
	s.gone = false
	for id, h := range s.last {
		h.here, h.recalled = false, 0
		s.last[id] = h
	}
}

// byPolicy decides without Redis. unsure says that Redis was asked and may have
// counted the call.
func (r *Limiter) byPolicy(ctx context.Context, callID string, wants []limits.Want, unsure bool) (limits.Hold, *limits.Refusal, error) {
	refusal, err := r.decide(ctx, callID, wants)
	if refusal != nil || err != nil {
		if refusal != nil {
			refusal.ByPolicy = true
		}
		if unsure {
			r.takeBack(callID, wants)
		}
		return limits.Hold{}, refusal, err
	}
	r.places.add(callID, wants)
	if unsure {
		r.holds.add(callID, wants, time.Now())
	}
	return limits.Hold{CallID: callID, Wants: wants, Source: limits.ByPolicy, Unsure: unsure}, nil, nil
}

func (r *Limiter) decide(ctx context.Context, callID string, wants []limits.Want) (*limits.Refusal, error) {
	for i := range wants {
		if wants[i].Limit.Policy == limits.Deny {
			return &limits.Refusal{Limit: wants[i].Limit, Unavailable: true, RetryAfter: time.Second}, nil
		}
	}
	shared, index := sharedOf(wants)
	if len(shared) == 0 {
		return nil, nil
	}
	for i := range shared {
		r.share.recall(ctx, shared[i].Limit)
	}
	_, refusal, err := r.share.memory.Reserve(ctx, callID, shared)
	for i := range shared {
		wants[index[i]].Remaining = shared[i].Remaining
	}
	return refusal, err
}

// settle settles what a call took from this node's share.
func (s *share) settle(ctx context.Context, h limits.Hold, actual []int64) {
	shared, index := sharedOf(h.Wants)
	if len(shared) == 0 {
		return
	}
	amounts := make([]int64, len(shared))
	for i := range shared {
		amounts[i] = limits.Actual(h, actual, index[i])
	}
	s.memory.Settle(ctx, limits.Hold{CallID: h.CallID, Wants: shared}, amounts) //nolint:errcheck // memory does not fail
}

// sharedOf returns the wants that go by a share, and which they are.
func sharedOf(wants []limits.Want) (shared []limits.Want, index []int) {
	for i := range wants {
		if wants[i].Limit.Policy == limits.LocalShare {
			shared, index = append(shared, wants[i]), append(index, i)
		}
	}
	return shared, index
}
