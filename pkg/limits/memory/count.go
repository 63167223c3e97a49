package memory

// Hot path.

import (
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// count is how much of one limit is used.
type count struct {
	id    string // the limit's
	order uint64 // in which counts are locked

	mu      sync.Mutex
	dropped bool // it is no longer the limit's: look again
	window  window
	fixed   fixed
	calls   int64 // at once
	warned  warned
}

// fixed counts in a calendar's period.
type fixed struct {
	start, end int64 // of the period, as Unix time; end is 0 if it has none
	used       int64
}

// steppedBack is how far a clock may be set back, in seconds, without a period that had
// begun being taken for one to come: it goes on, so that nothing is used twice.
const steppedBack = 3600

// period returns when the present period began and when it ends, 0 if never.
func (f *fixed) period(calendar limits.Calendar, now time.Time) (start, end int64) {
	if t := now.Unix(); f.end != 0 && f.start-steppedBack <= t && t < f.end {
		return f.start, f.end
	}
	from, to := calendar.Bounds(now)
	if to.IsZero() {
		return from.Unix(), 0
	}
	return from.Unix(), to.Unix()
}

// add counts an amount in the present period.
func (f *fixed) add(calendar limits.Calendar, now time.Time, amount int64) (where int64) {
	start, end := f.period(calendar, now)
	if f.start != start {
		f.used = 0
	}
	f.start, f.end = start, end
	f.used += amount
	return start
}

// moment is a point of time, as both clocks tell it: windows go by the monotonic
// one, which nobody sets, and calendars by that of the wall.
type moment struct {
	mono int64 // ns since the limiter was made
	wall time.Time
}

// used returns how much of a limit is used, after letting go of what has gone.
func (c *count) used(l *limits.Limit, now moment) int64 {
	switch l.Shape() {
	case limits.Window:
		c.window.advance(now.mono, l.Period)
		return c.window.total
	case limits.Fixed:
		if start, _ := c.fixed.period(l.Calendar, now.wall); start != c.fixed.start {
			return 0
		}
		return c.fixed.used
	}
	return c.calls
}

// add counts an amount and returns where it did: a part of the window, or a period.
func (c *count) add(l *limits.Limit, now moment, amount int64, spread time.Duration) (where int64) {
	switch l.Shape() {
	case limits.Window:
		return c.window.add(now.mono, l.Period, amount, spread)
	case limits.Fixed:
		return c.fixed.add(l.Calendar, now.wall, amount)
	}
	c.calls += amount
	return 0
}

// amend adds to what was counted somewhere, if that still counts.
func (c *count) amend(shape limits.Shape, where, by int64) {
	switch shape {
	case limits.Window:
		c.window.amend(where, by)
	case limits.Fixed:
		if c.fixed.start == where {
			c.fixed.used += by
		}
	case limits.InUse:
		c.calls += by
	}
}

// since returns where that begins which is counted now.
func (c *count) since(l *limits.Limit, now moment) (where int64) {
	switch l.Shape() {
	case limits.Window:
		return c.window.first
	case limits.Fixed:
		where, _ = c.fixed.period(l.Calendar, now.wall)
	}
	return where
}

// wait returns in how long excess will be gone.
func (c *count) wait(l *limits.Limit, now moment, excess int64) time.Duration {
	switch l.Shape() {
	case limits.Window:
		return c.window.wait(now.mono, l.Period, excess)
	case limits.Fixed:
		return l.Reset(now.wall)
	}
	return limits.SlotRetry
}

// ends returns in how long the calendar's period ends.
func (c *count) ends(l *limits.Limit, now moment) time.Duration {
	if l.Shape() != limits.Fixed {
		return 0
	}
	_, end := c.fixed.period(l.Calendar, now.wall)
	if end == 0 {
		return 0
	}
	return time.Unix(end, 0).Sub(now.wall)
}

// idle says whether nothing is counted, or all of it has gone.
func (c *count) idle(now moment) bool {
	f := &c.fixed
	return c.calls == 0 && c.window.empty <= now.mono && (f.used == 0 || f.end != 0 && f.end <= now.wall.Unix())
}
