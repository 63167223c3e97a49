package redis

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// Reader tells what is counted in Redis. Safe for concurrent use.
type Reader struct {
	redis *redis.Client
	clock func() string // for the scripts; only tests have one that is not Redis's own
}

// NewReader returns a reader of the counts in a Redis.
func NewReader(client *redis.Client) *Reader { return &Reader{redis: client, clock: ofRedis} }

func ofRedis() string { return "" }

// usageBatch is of how many limits it is asked in one round trip.
const usageBatch = 128

// Usage tells how much of a limit is used.
func (r *Reader) Usage(ctx context.Context, l *limits.Limit) (limits.Usage, error) {
	reply, err := r.redis.Run(ctx, usageScript, keys(nil, l), r.clock(), shapeOf(l), lengthOf(l))
	if err != nil {
		return limits.Usage{}, err
	}
	return usageOf(l, reply)
}

// Usages implements [limits.Reader].
func (r *Reader) Usages(ctx context.Context, of []*limits.Limit) ([]limits.Usage, error) {
	all := make([]limits.Usage, 0, len(of))
	for len(of) > 0 {
		some := of[:min(usageBatch, len(of))]
		calls := make([]redis.Call, len(some))
		for i, l := range some {
			calls[i] = redis.Call{Script: usageScript, Keys: keys(nil, l), Args: []any{r.clock(), shapeOf(l), lengthOf(l)}}
		}
		r.redis.RunAll(ctx, calls)
		for i := range calls {
			if calls[i].Err != nil {
				return nil, calls[i].Err
			}
			u, err := usageOf(some[i], calls[i].Reply)
			if err != nil {
				return nil, err
			}
			all = append(all, u)
		}
		of = of[len(some):]
	}
	return all, nil
}

// usageOf reads what usage.lua returned.
func usageOf(l *limits.Limit, reply any) (limits.Usage, error) {
	n := numbers(reply)
	if len(n) != 4 {
		return limits.Usage{}, errReply
	}
	return limits.Usage{
		Used: n[0], Held: n[1], Unsettled: n[2],
		Remaining: max(l.Max-n[0], 0),
		Reset:     time.Duration(n[3]) * time.Microsecond,
	}, nil
}
