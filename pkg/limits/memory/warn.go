package memory

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

// warned is for which threshold and period somebody was told that it is reached. The
// count's lock guards it.
type warned struct {
	warn  int64
	since int64 // when the calendar's period began
	until int64 // when a window's is over
}

// warn tells of a limit's threshold if it is reached and nobody was told.
func (m *Limiter) warn(l *limits.Limit, c *count) {
	now := m.now()
	c.mu.Lock()
	used, known, since := c.used(l, now), c.knowsOf(l, now), c.since(l, now)
	c.mu.Unlock()
	if known || used < l.Warn {
		return
	}
	held := int64(0)
	if l.Kind == limits.Money {
		held, _ = m.held(c, since, now)
	}
	t := limits.Threshold{Limit: l, Used: used - held}
	if t.Used < l.Warn {
		return
	}
	c.mu.Lock()
	known = c.knowsOf(l, now)
	c.warned = warned{warn: l.Warn, since: since, until: now.mono + int64(l.Period)}
	t.Reset = c.reset(l, now)
	if l.Calendar != limits.NoCalendar {
		t.Began = time.Unix(since, 0).UTC()
	}
	c.mu.Unlock()
	if !known {
		m.options.Warned(t)
	}
}

// knowsOf says whether somebody was told of the limit's threshold in this period.
func (c *count) knowsOf(l *limits.Limit, now moment) bool {
	switch w := &c.warned; l.Shape() {
	case limits.Window:
		return w.warn == l.Warn && now.mono < w.until
	case limits.Fixed:
		return w.warn == l.Warn && w.since == c.since(l, now)
	}
	return true // of calls at once nobody is told
}

// reset returns in how long all that is counted now will have gone.
func (c *count) reset(l *limits.Limit, now moment) time.Duration {
	switch l.Shape() {
	case limits.Window:
		return max(time.Duration(c.window.empty-now.mono), 0)
	case limits.Fixed:
		return l.Reset(now.wall)
	}
	return 0
}
