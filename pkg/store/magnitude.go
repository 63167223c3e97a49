package store

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// magnitudes is how many classes there are of numbers that a call is looked for by: what is
// larger is in the last.
const magnitudes = 80

// Units of what calls are looked for by: the second class begins there.
const (
	latencyUnit = 1000 // microseconds
	tokensUnit  = 1
	costUnit    = 1000 // nano-dollars
)

// noMagnitude is the class of rows that a version before has written.
const noMagnitude = -1

// magnitudeOf is the class of a number. The first has what is below the unit; from there on
// each begins at the root of two times of where the one before does.
func magnitudeOf(n, unit int64) int64 {
	if n < unit {
		return 0
	}
	power := bits.Len64(uint64(n/unit)) - 1
	class := int64(2*power + 1)
	if float64(n) >= float64(unit)*math.Ldexp(math.Sqrt2, power) {
		class++
	}
	return min(class, magnitudes-1)
}

// measure is a number of a call that has an index by its class, and in that by time.
type measure struct {
	column   string // of the class
	of       string // the number
	unit     int64
	min, max int64 // what is asked for; 0 is no bound
	last     int64 // class
}

// measures are the numbers that a filter may bound.
func (f *LogFilter) measures() [3]measure {
	return [...]measure{
		{"latency", "took_us", latencyUnit, f.MinTook.Microseconds(), f.MaxTook.Microseconds(), latencies - 1},
		{"tokens_class", "input + output", tokensUnit, f.MinTokens, f.MaxTokens, magnitudes - 1},
		{"cost_class", "cost_nano", costUnit, f.MinCostNano, f.MaxCostNano, magnitudes - 1},
	}
}

// classes returns those whose numbers may be within the bounds.
func (m *measure) classes() []int64 {
	from, to := min(magnitudeOf(m.min, m.unit), m.last), m.last
	if m.max != 0 {
		to = min(magnitudeOf(m.max, m.unit), m.last)
	}
	var all []int64
	for class := to; class >= from; class-- {
		all = append(all, class)
	}
	if m.column != "latency" {
		all = append(all, noMagnitude)
	}
	return all
}

// parts are those of the log that have the classes.
func (m *measure) parts(classes []int64) (all []string) {
	for _, class := range classes {
		all = append(all, fmt.Sprint(m.column, " = ", class))
	}
	return all
}

// byMagnitude returns the calls of the largest numbers, or of the smallest: class by class,
// until there are enough.
func (s *search) byMagnitude(ctx context.Context) ([]placed, error) {
	m := s.f.measures()[s.p.Sort-SortLatency]
	classes := m.classes()
	unknown := slices.Contains(classes, noMagnitude)
	classes = slices.DeleteFunc(classes, func(class int64) bool { return class == noMagnitude })
	if s.p.Ascending {
		slices.Reverse(classes)
	}
	var found []placed
	for _, part := range m.parts(classes) {
		if len(found) >= s.p.end() {
			break
		}
		more, err := s.among(ctx, []string{part}, s.p.end()-len(found))
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	if !unknown {
		return found, nil
	}
	before, err := s.among(ctx, m.parts([]int64{noMagnitude}), s.p.end())
	if err != nil {
		return nil, err
	}
	return s.p.merge(found, before), nil
}
