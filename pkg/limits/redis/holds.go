package redis

import (
	"context"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// holds are the calls of this node that hold money. What they hold is leased, so that
// it is free for others, at its estimate, soon after the node died. The lease of a call
// that goes on for more than half of it is renewed; most calls have ended by then.
type holds struct {
	mu sync.Mutex
	of map[string]*holding // by the call's id
}

type holding struct {
	wants          []limits.Want
	since, renewed time.Time
}

const (
	// holdLooks is how often in the course of a lease it is looked what is to be renewed.
	holdLooks = 16
	// keepBatch is how many calls' leases are renewed in one round trip.
	keepBatch = 128
)

func (h *holds) add(callID string, wants []limits.Want, now time.Time) {
	for i := range wants {
		if isMoney(wants[i].Limit) {
			h.mu.Lock()
			if h.of == nil {
				h.of = map[string]*holding{}
			}
			h.of[callID] = &holding{wants, now, now}
			h.mu.Unlock()
			return
		}
	}
}

func (h *holds) remove(callID string) {
	h.mu.Lock()
	delete(h.of, callID)
	h.mu.Unlock()
}

// renewHolds renews the leases that are past their half. A call that goes on for too
// long has probably not been settled because of a fault: it is given up.
func (r *Limiter) renewHolds(ctx context.Context, now time.Time) {
	calls := r.keepings(now)
	for len(calls) > 0 {
		some := calls[:min(keepBatch, len(calls))]
		r.redis.RunAll(ctx, some)
		for i := range some {
			if some[i].Err != nil {
				return // Redis is away; it is looked again when it is back
			}
		}
		calls = calls[len(some):]
	}
}

// keepings are the script's runs that renew what is due. The wants belong to the calls,
// and are not looked at when these may have been settled.
func (r *Limiter) keepings(now time.Time) (calls []redis.Call) {
	r.holds.mu.Lock()
	defer r.holds.mu.Unlock()
	for id, h := range r.holds.of {
		switch {
		case now.Sub(h.since) >= limits.HoldMost:
			delete(r.holds.of, id)
		case now.Sub(h.renewed) >= r.options.HoldFor/2:
			h.renewed = now
			calls = r.keeping(calls, id, h.wants)
		}
	}
	return calls
}

// keeping appends the script's runs for a call: one, or one for each group.
func (r *Limiter) keeping(to []redis.Call, callID string, wants []limits.Want) []redis.Call {
	groups := [][]int{nil}
	if r.redis.Cluster() {
		groups = groupsOf(wants)
	}
	for _, index := range groups {
		call := redis.Call{Script: keepScript, Keys: []string{callKey(groupOf(wants[at(index, 0)].Limit), callID)}}
		call.Args = append(call.Args, r.clock(), callID, r.options.HoldFor.Microseconds(), r.retention(wants).Milliseconds())
		for i := range count(wants, index) {
			l := wants[at(index, i)].Limit
			call.Keys = keys(call.Keys, l)
			call.Args = append(call.Args, flag(isMoney(l)))
		}
		to = append(to, call)
	}
	return to
}
