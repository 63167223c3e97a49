package threshold

import (
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

const (
	// refusedAgain is how often a node tells that a budget is used up.
	refusedAgain = 10 * time.Minute
	// refusedMost bounds how many budgets a node remembers to have told of.
	refusedMost = 4096
)

// refusals remembers which budgets were told to be used up.
type refusals struct {
	mu   sync.Mutex
	told map[string]time.Time
}

// news says whether it is time to tell of a budget, and takes it for told.
func (r *refusals) news(id string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at, told := r.told[id]; told && now.Sub(at) < refusedAgain {
		return false
	}
	if r.told == nil || len(r.told) >= refusedMost {
		r.told = map[string]time.Time{} // some are told once more
	}
	r.told[id] = now
	return true
}

// Refused has it told that a budget is used up, since a call was refused for it. It does
// not wait.
func (t *Teller) Refused(r *limits.Refusal) {
	if r.Limit.Kind != limits.Money || r.Unavailable || r.ByPolicy {
		return
	}
	now := time.Now()
	if !t.refused.news(r.Limit.ID, now) {
		return
	}
	e := eventOf(limits.Threshold{Limit: r.Limit, Used: r.Limit.Max - r.Remaining}, t.node, now)
	e.Refused = true
	if r.Limit.Calendar != limits.NoCalendar && r.RetryAfter > 0 {
		e.Resets = now.Add(r.RetryAfter).UTC().Round(time.Second)
	}
	e.ID = r.Limit.ID + "@refused@" + now.UTC().Truncate(refusedAgain).Format(time.RFC3339)
	t.Put(e)
}
