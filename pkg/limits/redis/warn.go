package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// warnedFor is how long it is remembered of a count that never begins anew that its
// threshold was told of.
const warnedFor = 366 * 24 * time.Hour

// warns says whether anybody is to be told of a limit's threshold.
func (r *Limiter) warns(l *limits.Limit) bool {
	return l.Warn > 0 && r.options.Warned != nil && l.Shape() != limits.InUse
}

// warn tells of the thresholds that a settlement has found reached, those that no other
// node tells of: of the nodes that find it at the same time, the one tells that sets
// the mark first. A mark that cannot be set is set with the next settlement.
func (r *Limiter) warn(ctx context.Context, h limits.Hold, c *redis.Call) {
	n := numbers(c.Reply)
	for i := 1; i+4 < len(n); i += 5 {
		l := h.Wants[at(r.settled(h, c), int(n[i])-1)].Limit
		t := limits.Threshold{Limit: l, Used: n[i+1], Reset: time.Duration(n[i+3]) * time.Microsecond}
		if l.Calendar != limits.NoCalendar {
			t.Began = time.UnixMicro(n[i+2]).UTC()
		}
		if r.markWarned(context.WithoutCancel(ctx), &t, n[i+4]) {
			r.options.Warned(t)
		}
	}
}

// settled returns which of a call's wants a settlement's script was run for, as for
// [Limiter.reservation].
func (r *Limiter) settled(h limits.Hold, c *redis.Call) []int {
	if r.redis.Cluster() {
		for _, index := range groupsOf(h.Wants) {
			if callKey(groupOf(h.Wants[index[0]].Limit), h.CallID) == c.Keys[0] {
				return index
			}
		}
	}
	return nil
}

// markWarned marks a threshold as told, until the next may be, and says whether it was not
// before.
func (r *Limiter) markWarned(ctx context.Context, t *limits.Threshold, until int64) bool {
	lasts := warnedFor
	switch {
	case t.Limit.Shape() == limits.Window:
		lasts = t.Limit.Period
	case t.Reset > 0:
		lasts = t.Reset + time.Hour
	}
	mark := fmt.Sprintf("%d %d", t.Limit.Warn, until)
	before, err := r.redis.Raw().SetArgs(ctx, warnedKey(t.Limit), mark, goredis.SetArgs{Get: true, TTL: lasts}).Result()
	if errors.Is(err, goredis.Nil) {
		return true
	}
	var warn, till int64
	if _, bad := fmt.Sscanf(before, "%d %d", &warn, &till); err != nil || bad != nil {
		return err == nil
	}
	now := until - t.Limit.Period.Microseconds() // of a calendar, its end
	return warn != t.Limit.Warn || till < now || t.Limit.Shape() == limits.Window && till == now
}
