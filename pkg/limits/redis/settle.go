package redis

import (
	"context"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// Settle implements [limits.Limiter]. What cannot be told to Redis now is told
// when it is back.
func (r *Limiter) Settle(ctx context.Context, h limits.Hold, actual []int64) error {
	if len(h.Wants) == 0 {
		return nil
	}
	r.places.remove(h.CallID, h.Wants)
	r.holds.remove(h.CallID)
	if h.Source == limits.ByPolicy {
		r.share.settle(ctx, h, actual)
		if !h.Unsure {
			for i := range h.Wants {
				r.late.owe(h.Wants[i].Limit, limits.Actual(h, actual, i))
			}
			return nil
		}
	}
	if !r.tell(ctx, h, actual) {
		r.late.keep(h, actual, ended)
	}
	return nil
}

// tell settles a call in Redis, and says whether that was done.
func (r *Limiter) tell(ctx context.Context, h limits.Hold, actual []int64) bool {
	calls := r.settlements(nil, h, actual, ended)
	if len(calls) == 1 {
		c := &calls[0]
		c.Reply, c.Err = r.redis.Run(context.WithoutCancel(ctx), c.Script, c.Keys, c.Args...)
	} else {
		r.redis.RunAll(context.WithoutCancel(ctx), calls)
	}
	return r.told(ctx, h, actual, calls)
}

// told says whether all of a call's settlements were done. What Redis knows
// nothing of is owed: money, where it has lost its data, and all that passed by
// policy, where the reservation never arrived.
func (r *Limiter) told(ctx context.Context, h limits.Hold, actual []int64, calls []redis.Call) bool {
	for i := range calls {
		if calls[i].Err != nil {
			return false
		}
	}
	for i := range calls {
		if n, ok := calls[i].Reply.(int64); !ok || n != unknown {
			r.warn(ctx, h, &calls[i])
			continue
		}
		for j := range h.Wants {
			l := h.Wants[j].Limit
			if callKey(groupOf(l), h.CallID) != calls[i].Keys[0] && r.redis.Cluster() {
				continue
			}
			if isMoney(l) || h.Source == limits.ByPolicy {
				r.late.owe(l, limits.Actual(h, actual, j))
			}
		}
	}
	return true
}

// Amend implements [limits.Shared].
func (r *Limiter) Amend(ctx context.Context, amendments []limits.Amendment) error {
	var calls []redis.Call
	ends := make([]int, len(amendments))
	for i := range amendments {
		leave := goesOn
		if amendments[i].Ends {
			leave = ended
			r.holds.remove(amendments[i].Hold.CallID)
		}
		calls = r.settlements(calls, amendments[i].Hold, amendments[i].Amounts, leave)
		ends[i] = len(calls)
	}
	r.redis.RunAll(context.WithoutCancel(ctx), calls)
	begin := 0
	for i := range amendments {
		if amendments[i].Ends {
			r.told(ctx, amendments[i].Hold, amendments[i].Amounts, calls[begin:ends[i]])
		}
		begin = ends[i]
	}
	for i := range calls {
		if calls[i].Err != nil {
			return calls[i].Err
		}
	}
	return nil
}

// settlements appends the script's runs for a call: one, or one for each group.
func (r *Limiter) settlements(to []redis.Call, h limits.Hold, actual []int64, leave string) []redis.Call {
	if !r.redis.Cluster() {
		return append(to, r.settlement(h, actual, nil, leave))
	}
	for _, index := range groupsOf(h.Wants) {
		to = append(to, r.settlement(h, actual, index, leave))
	}
	return to
}

func (r *Limiter) settlement(h limits.Hold, actual []int64, index []int, leave string) redis.Call {
	n := count(h.Wants, index)
	call := redis.Call{Script: settleScript, Keys: make([]string, 1, 1+2*n), Args: make([]any, 0, 3+4*n)}
	call.Keys[0] = callKey(groupOf(h.Wants[at(index, 0)].Limit), h.CallID)
	call.Args = append(call.Args, r.clock(), h.CallID, leave)
	for i := range n {
		l := h.Wants[at(index, i)].Limit
		call.Keys = keys(call.Keys, l)
		call.Args = append(call.Args, shapeOf(l), limits.Actual(h, actual, at(index, i)), flag(isMoney(l)))
		if r.warns(l) {
			call.Keys = append(call.Keys, warnedKey(l))
			call.Args = append(call.Args, fmt.Sprintf("%d %v", l.Warn, lengthOf(l)))
		} else {
			call.Args = append(call.Args, "")
		}
	}
	return call
}

// takeBack undoes, as soon as it can, a reservation of which it is not known
// whether it was made.
func (r *Limiter) takeBack(callID string, wants []limits.Want) {
	r.late.keep(limits.Hold{CallID: callID, Wants: wants}, nothing(wants), ended)
}

// nothing is what a call comes to that was not made.
func nothing(wants []limits.Want) []int64 { return make([]int64, len(wants)) }
