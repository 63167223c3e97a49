package main

import (
	"slices"
	"time"
)

// latencies are the durations of the calls of one round.
type latencies []time.Duration

func (l latencies) sort() { slices.Sort(l) }

// at returns the smallest latency that a share p of the sorted calls does not
// exceed (nearest rank); 0 if there are none.
func (l latencies) at(p float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	rank := int(p * float64(len(l)))
	if float64(rank) < p*float64(len(l)) {
		rank++
	}
	return l[min(max(rank, 1), len(l))-1]
}

// spread is the middle and the ends of some values.
type spread struct{ median, min, max float64 }

func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	s := slices.Sorted(slices.Values(values))
	mid := s[len(s)/2]
	if len(s)%2 == 0 {
		mid = (mid + s[len(s)/2-1]) / 2
	}
	return spread{mid, s[0], s[len(s)-1]}
}
