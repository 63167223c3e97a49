package store

import (
	"cmp"
	"slices"
	"sync"
)

// spanWidths are how long spans of terms are, in microseconds, by their level. New terms
// go to pages all over their span, and a search looks at each span there is: so a span is
// to have neither more than some hundred thousand calls nor hardly any.
var spanWidths = [...]int64{hourUS, minuteUS, 2_000_000}

// spanRates are the calls a second above which the next level holds.
var spanRates = [...]float64{50, 3000}

// spanAt is the id of the span of a level that a time is in: when it begins, plus the level.
func spanAt(timeUS int64, level int) int64 { return floor(timeUS, spanWidths[level]) + int64(level) }

// spanTime is the time that a span is of.
func spanTime(id int64) (since, until int64) {
	level := int(floorRest(id, spanWidths[len(spanWidths)-1]))
	if level >= len(spanWidths) {
		return minTime, maxTime // of a newer version
	}
	since = id - int64(level)
	return since, since + spanWidths[level]
}

func floorRest(t, width int64) int64 { return t - floor(t, width) }

// pace tells how many calls there are in a second, by their own times.
type pace struct {
	mu          sync.Mutex
	from, until int64
	rows        int
	level       int
	known       bool
}

// paceOver is how many calls, or how long a time, a pace is told by.
const paceOver = 2000

// levelFor returns the level of the spans that rows go to.
func (p *pace) levelFor(rows []row) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(rows) == 0 {
		return p.level
	}
	byTime := func(a, b row) int { return cmp.Compare(a.TimeUS, b.TimeUS) }
	first, last := slices.MinFunc(rows, byTime).TimeUS, slices.MaxFunc(rows, byTime).TimeUS
	if p.rows == 0 {
		p.from, p.until = first, last
	}
	p.from, p.until, p.rows = min(p.from, first), max(p.until, last), p.rows+len(rows)
	if p.rows >= paceOver || p.until-p.from >= minuteUS {
		rate := float64(p.rows) * 1e6 / float64(max(p.until-p.from, 1))
		p.level, p.known = 0, true
		for p.level < len(spanRates) && rate > spanRates[p.level] {
			p.level++
		}
		p.rows = 0
	}
	if !p.known {
		return 1
	}
	return p.level
}
