package redis

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// Names of keys begin with the group as hash tag, so that Redis Cluster keeps a
// group together. The shape is part of the name: a limit that is changed from a
// window to a calendar begins anew.
const prefix = "asbru:limit:{"

func callKey(group, callID string) string { return prefix + group + "}:call:" + callID }

func countKey(l *limits.Limit) string {
	return prefix + groupOf(l) + "}:" + shapeOf(l) + ":" + l.ID
}

func holdsKey(l *limits.Limit) string {
	return prefix + groupOf(l) + "}:held:" + l.ID
}

func warnedKey(l *limits.Limit) string {
	return prefix + groupOf(l) + "}:warned:" + l.ID
}

func groupOf(l *limits.Limit) string {
	if l.Group == "" {
		return l.ID
	}
	return l.Group
}

// shapeOf is the letter that the scripts know a shape by.
func shapeOf(l *limits.Limit) string {
	switch l.Shape() {
	case limits.Window:
		return "w"
	case limits.Fixed:
		return "f"
	}
	return "c"
}

// lengthOf is what the scripts know a limit's period by.
func lengthOf(l *limits.Limit) any {
	switch l.Shape() {
	case limits.Window:
		return l.Period.Microseconds()
	case limits.Fixed:
		return [...]string{"n", "d", "w", "m", "y"}[l.Calendar]
	}
	return 0
}

func isMoney(l *limits.Limit) bool { return l.Kind == limits.Money && l.Shape() != limits.InUse }

// keys appends the keys of a limit.
func keys(to []string, l *limits.Limit) []string {
	to = append(to, countKey(l))
	if isMoney(l) {
		to = append(to, holdsKey(l))
	}
	return to
}

// lateFor is how long after a call was taken for lost its settlement still
// corrects the estimate.
const lateFor = 24 * time.Hour

// retention is how long a call's record is needed: while what it says of any
// limit can still be corrected.
func (r *Limiter) retention(wants []limits.Want) time.Duration {
	longest := time.Minute
	for i := range wants {
		l := wants[i].Limit
		switch {
		case l.Shape() == limits.InUse:
			longest = max(longest, r.options.LeaseFor)
		case l.Shape() == limits.Fixed || l.Kind == limits.Money:
			return r.options.HoldFor + lateFor
		default:
			longest = max(longest, l.Period+l.Period/64+wants[i].Spread)
		}
	}
	return min(longest, r.options.HoldFor+lateFor)
}
