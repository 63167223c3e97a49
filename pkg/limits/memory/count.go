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

// advance begins a new period when the old one has ended.
func (f *fixed) advance(calendar limits.Calendar, now time.Time) {
	if t := now.Unix(); f.end != 0 && f.start <= t && t < f.end {
		return
	}
	start, end := calendar.Bounds(now)
	if f.start != start.Unix() {
		f.start, f.used = start.Unix(), 0
	}
	f.end = 0
	if !end.IsZero() {
		f.end = end.Unix()
	}
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
		c.fixed.advance(l.Calendar, now.wall)
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
		c.fixed.used += amount
		return c.fixed.start
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

// counts says whether what was counted somewhere still is.
func (c *count) counts(shape limits.Shape, where int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch shape {
	case limits.Window:
		return where >= c.window.first
	case limits.Fixed:
		return where == c.fixed.start
	}
	return true
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
	if l.Shape() != limits.Fixed || c.fixed.end == 0 {
		return 0
	}
	return time.Unix(c.fixed.end, 0).Sub(now.wall)
}

// idle says whether nothing is counted, or all of it has gone.
func (c *count) idle(now moment) bool {
	f := &c.fixed
	return c.calls == 0 && c.window.empty <= now.mono && (f.used == 0 || f.end != 0 && f.end <= now.wall.Unix())
}
