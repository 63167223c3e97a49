// Hot path: nothing here allocates.

package routing

import (
	"cmp"
	"math"
	"math/rand/v2"
	"time"
)

// Option is a target as a strategy sees it.
type Option struct {
	Weight float64
	// Ready says that calls may be sent there now. One that is not goes behind all
	// that are.
	Ready bool
	// Latency is how long it took to begin an answer of late; 0: not known.
	Latency time.Duration
	// Cost is what the call is expected to cost there, in nano-dollars; -1: not known.
	Cost int64
	// Busy is the part of its slots that is in use, with those who wait for one.
	Busy float64
	// Name is the same on each node, for Sticky.
	Name uint64
}

// Explored is the part of the calls that LeastLatency sends to any target, in percent,
// so that it hears when one has become quicker.
const Explored = 3

// Order orders targets, the one to be used first in front: it fills order with their
// indices, and returns as much of it as there are options, [MaxTargets] at most. With a
// session of 0, Sticky is Weighted.
func (s Strategy) Order(options []Option, session uint64, order *[MaxTargets]uint8) []uint8 {
	n := min(len(options), MaxTargets)
	var score [MaxTargets]float64 // the lowest goes first
	var unknown [MaxTargets]bool  // what counts is not known of it: it goes behind those of which it is
	explore := s == LeastLatency && rand.IntN(100) < Explored
	for i := range n {
		order[i] = uint8(i)
		o := &options[i]
		switch {
		case s == Priority:
		case s == LeastBusy:
			score[i] = o.Busy
		case s == LeastCost && o.Cost >= 0:
			score[i] = float64(o.Cost)
		case s == LeastLatency && !explore && o.Latency > 0:
			score[i] = float64(o.Latency)
		case s == Sticky && session != 0:
			score[i] = byChance(o.Weight, part(mix(session^o.Name)))
		default:
			unknown[i] = s == LeastCost || s == LeastLatency && !explore
			score[i] = byChance(o.Weight, rand.Float64())
		}
	}
	sortBy(order[:n], func(a, b uint8) int {
		x, y := &options[a], &options[b]
		switch {
		case x.Ready != y.Ready:
			return ahead(x.Ready)
		case (x.Weight > 0) != (y.Weight > 0):
			return ahead(x.Weight > 0)
		case unknown[a] != unknown[b]:
			return ahead(unknown[b])
		}
		return cmp.Compare(score[a], score[b])
	})
	return order[:n]
}

func ahead(is bool) int {
	if is {
		return -1
	}
	return 1
}

// sortBy is a stable sort of very few: slices.SortStableFunc lets what the comparison
// looks at escape.
func sortBy(order []uint8, compare func(a, b uint8) int) {
	for i := 1; i < len(order); i++ {
		for j := i; j > 0 && compare(order[j], order[j-1]) < 0; j-- {
			order[j], order[j-1] = order[j-1], order[j]
		}
	}
}

// byChance is a score by which each of several is the lowest with a probability in
// proportion to its weight, for u uniform in [0, 1): an exponential variate.
func byChance(weight, u float64) float64 {
	if weight <= 0 {
		weight = 1 // such are only compared among each other
	}
	return -math.Log1p(-u) / weight
}

// part makes a number in [0, 1) of bits.
func part(bits uint64) float64 { return float64(bits>>11) / (1 << 53) }

// Hash makes a number of a name: the same in each process, and no secret depends on it
// (FNV-1a). It is never 0.
func Hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return max(h, 1)
}

// mix spreads the bits of x (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
