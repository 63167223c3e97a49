package redis

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// askGroups asks a Redis Cluster: each group of the wants may be on a server of
// its own. All are asked in one round trip; where one refuses, what the others
// gave is given back. So for less than a round trip they count too much, and
// never too little.
func (r *Limiter) askGroups(ctx context.Context, callID string, wants []limits.Want, seeded seedings) (*limits.Refusal, []int, error) {
	groups := groupsOf(wants)
	calls := make([]redis.Call, len(groups))
	for i, index := range groups {
		calls[i] = r.reservation(callID, wants, index, seeded, false)
	}
	r.redis.RunAll(ctx, calls)
	var worst *limits.Refusal
	var unseeded []int
	var failed error
	taken := make([]bool, len(groups))
	for i := range calls {
		if calls[i].Err != nil {
			failed = calls[i].Err
			continue
		}
		refusal, need, err := understand(calls[i].Reply, wants, groups[i])
		if err != nil {
			failed = err
		}
		if refusal != nil && (worst == nil || refusal.RetryAfter == 0 || refusal.RetryAfter > worst.RetryAfter) {
			worst = refusal
		}
		unseeded = append(unseeded, need...)
		taken[i] = refusal == nil && need == nil && err == nil
	}
	if failed != nil || worst == nil && len(unseeded) == 0 {
		return nil, nil, failed
	}
	var back []redis.Call
	for i, index := range groups {
		if taken[i] {
			back = append(back, r.settlement(limits.Hold{CallID: callID, Wants: wants}, nothing(wants), index, neverWas))
		}
	}
	if len(back) > 0 {
		r.redis.RunAll(context.WithoutCancel(ctx), back)
		for i := range back {
			if back[i].Err != nil {
				r.takeBack(callID, wants)
				break
			}
		}
	}
	if worst != nil {
		unseeded = nil
	}
	return worst, unseeded, nil
}

// groupsOf returns the indices of the wants of each group.
func groupsOf(wants []limits.Want) [][]int {
	var groups [][]int
next:
	for i := range wants {
		for g, index := range groups {
			if groupOf(wants[index[0]].Limit) == groupOf(wants[i].Limit) {
				groups[g] = append(index, i)
				continue next
			}
		}
		groups = append(groups, []int{i})
	}
	return groups
}
