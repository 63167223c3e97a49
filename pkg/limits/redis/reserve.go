package redis

import (
	"context"
	"errors"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

var (
	errReply   = errors.New("redis: a script returned what it never should")
	errLost    = errors.New("redis: the data are lost")
	errSettled = errors.New("limits: the id of a call that was settled is used again")
)

// Reserve implements [limits.Limiter].
func (r *Limiter) Reserve(ctx context.Context, callID string, wants []limits.Want) (limits.Hold, *limits.Refusal, error) {
	if err := limits.CheckWants(callID, wants); err != nil {
		return limits.Hold{}, nil, err
	}
	if err := ctx.Err(); err != nil {
		return limits.Hold{}, nil, err
	}
	if len(wants) == 0 {
		return limits.Hold{CallID: callID}, nil, nil
	}
	if !r.redis.Up() {
		return r.byPolicy(ctx, callID, wants, false)
	}
	asked, seeded := time.Now(), seedings{}
	for {
		answer, unseeded, err := r.ask(ctx, callID, wants, seeded)
		switch {
		case errors.Is(err, errSettled):
			return limits.Hold{}, nil, err
		case errors.Is(err, errLost):
			return r.byPolicy(ctx, callID, wants, false)
		case err != nil:
			if ended := ctx.Err(); errors.Is(ended, context.Canceled) {
				r.takeBack(callID, wants)
				return limits.Hold{}, nil, ended
			}
			return r.byPolicy(ctx, callID, wants, true)
		case len(unseeded) > 0:
			if !r.seed(ctx, wants, unseeded, seeded) {
				return r.byPolicy(ctx, callID, wants, false)
			}
		case answer != nil:
			r.share.learn([]limits.Want{{Limit: answer.Limit, Remaining: answer.Remaining}}, asked)
			return limits.Hold{}, answer, nil
		default:
			r.places.add(callID, wants)
			r.holds.add(callID, wants, asked)
			r.share.learn(wants, asked)
			return limits.Hold{CallID: callID, Wants: wants}, nil, nil
		}
	}
}

// ask runs the script. unseeded are the wants whose count must be seeded first.
func (r *Limiter) ask(ctx context.Context, callID string, wants []limits.Want, seeded seedings) (*limits.Refusal, []int, error) {
	if r.redis.Cluster() {
		return r.askGroups(ctx, callID, wants, seeded)
	}
	call := r.reservation(callID, wants, nil, seeded, false)
	reply, err := r.redis.Run(ctx, call.Script, call.Keys, call.Args...)
	if err != nil {
		return nil, nil, err
	}
	return understand(reply, wants, nil)
}

// reservation makes the script's run for those of the wants that index names; nil
// names all.
func (r *Limiter) reservation(callID string, wants []limits.Want, index []int, seeded seedings, force bool) redis.Call {
	n := count(wants, index)
	call := redis.Call{Script: reserveScript, Keys: make([]string, 1, 1+2*n), Args: make([]any, 0, 5+7*n)}
	call.Keys[0] = callKey(groupOf(wants[at(index, 0)].Limit), callID)
	mark := r.mark.needed()
	if force {
		mark = ""
	}
	call.Args = append(call.Args, r.clock(), callID, r.retention(wants).Milliseconds(), flag(force), mark)
	for i := range n {
		w := &wants[at(index, i)]
		l := w.Limit
		spread, hold, seed := w.Spread, time.Duration(0), any("")
		if l.Shape() == limits.InUse {
			spread = r.options.LeaseFor
		}
		if isMoney(l) {
			hold = r.options.HoldFor
			seed = r.seedOf(at(index, i), seeded)
		}
		call.Keys = keys(call.Keys, l)
		call.Args = append(call.Args, shapeOf(l), l.Max, w.Amount, lengthOf(l), spread.Microseconds(), hold.Microseconds(), seed)
	}
	return call
}

// understand reads what reserve.lua returned.
func understand(reply any, wants []limits.Want, index []int) (*limits.Refusal, []int, error) {
	n := numbers(reply)
	if len(n) == 0 {
		return nil, nil, errReply
	}
	switch n[0] {
	case replyTaken:
		for i := 0; 2*i+2 < len(n); i++ {
			w := &wants[at(index, i)]
			w.Remaining, w.Ends = n[2*i+1], time.Duration(n[2*i+2])*time.Microsecond
		}
		return nil, nil, nil
	case replyKnown:
		return nil, nil, nil
	case replyRefused:
		refusal := &limits.Refusal{Limit: wants[at(index, int(n[1])-1)].Limit, Remaining: n[3]}
		if n[2] > 0 {
			refusal.RetryAfter = time.Duration(n[2]) * time.Microsecond
		}
		return refusal, nil, nil
	case replyUnseeded:
		var unseeded []int
		for _, i := range n[1:] {
			unseeded = append(unseeded, at(index, int(i)-1))
		}
		return nil, unseeded, nil
	case replyLost:
		return nil, nil, errLost
	case replySettled:
		return nil, nil, errSettled
	}
	return nil, nil, errReply
}

// numbers returns a script's answer, nil if it is not a list of numbers.
func numbers(reply any) []int64 {
	list, ok := reply.([]any)
	if !ok {
		return nil
	}
	n := make([]int64, len(list))
	for i, v := range list {
		if n[i], ok = v.(int64); !ok {
			return nil
		}
	}
	return n
}

func count(wants []limits.Want, index []int) int {
	if index == nil {
		return len(wants)
	}
	return len(index)
}

// at returns which want the i-th of an index is.
func at(index []int, i int) int {
	if index == nil {
		return i
	}
	return index[i]
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
