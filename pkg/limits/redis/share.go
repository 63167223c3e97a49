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
// them while Redis is away.
type share struct {
	nodes  func() int
	known  atomic.Int64 // nodes, when Redis was last there
	memory *memory.Limiter

	mu      sync.Mutex
	last    map[string]heard // what Redis said last, by the limit's id
	sweepAt int
}

// heard is what Redis said of a limit.
type heard struct {
	used    int64
	at      time.Time
	counted bool // the node's share of it is in memory
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

// learn notes what Redis said of what remains.
func (s *share) learn(wants []limits.Want) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.last) >= s.sweepAt {
		for id, h := range s.last {
			if now.Sub(h.at) > heardFor {
				delete(s.last, id)
			}
		}
		s.sweepAt = max(sweepLeast, 2*len(s.last))
	}
	for i := range wants {
		if l := wants[i].Limit; l.Policy == limits.LocalShare && l.Shape() != limits.InUse {
			s.last[l.ID] = heard{used: max(l.Max-wants[i].Remaining, 0), at: now}
		}
	}
}

// recall counts this node's share of what Redis last said to be used, so that a
// limit does not begin anew because Redis went away. It is rounded up: what each node
// forgets of it would pass over the limit.
func (s *share) recall(ctx context.Context, l *limits.Limit) {
	now := time.Now()
	s.mu.Lock()
	h := s.last[l.ID]
	fresh := h.used > 0 && !h.counted && (l.Period == 0 || now.Sub(h.at) < l.Period)
	if fresh {
		h.counted = true
		s.last[l.ID] = h
	}
	s.mu.Unlock()
	if !fresh {
		return
	}
	u, err := s.memory.Usage(ctx, l)
	if missing := (h.used-1)/s.among() + 1 - u.Used; err == nil && missing > 0 {
		s.memory.Add(l, missing)
	}
}

// byPolicy decides without Redis. unsure says that Redis was asked and may have
// counted the call.
func (r *Limiter) byPolicy(ctx context.Context, callID string, wants []limits.Want, unsure bool) (limits.Hold, *limits.Refusal, error) {
	refusal, err := r.decide(ctx, callID, wants)
	if refusal != nil || err != nil {
		if unsure {
			r.takeBack(callID, wants)
		}
		return limits.Hold{}, refusal, err
	}
	r.places.add(callID, wants)
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
