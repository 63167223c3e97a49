package load

import (
	"slices"
	"time"
)

// Latencies are the durations of the calls of one round.
type Latencies []time.Duration

// Sort puts them in order, as At needs them.
func (l Latencies) Sort() { slices.Sort(l) }

// At returns the smallest latency that a share p of the sorted calls does not
// exceed (nearest rank); 0 if there are none.
func (l Latencies) At(p float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	rank := int(p * float64(len(l)))
	if float64(rank) < p*float64(len(l)) {
		rank++
	}
	return l[min(max(rank, 1), len(l))-1]
}

// Spread is the middle and the ends of some values.
type Spread struct{ Median, Min, Max float64 }

// SpreadOf is that of values in any order.
func SpreadOf(values []float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	s := slices.Sorted(slices.Values(values))
	mid := s[len(s)/2]
	if len(s)%2 == 0 {
		mid = (mid + s[len(s)/2-1]) / 2
	}
	return Spread{mid, s[0], s[len(s)-1]}
}
