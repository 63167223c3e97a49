package store

import (
	"math"
	"time"
)

// latencies is how many columns of the sums count calls by how long they took. The
// bounds grow by the root of two from a millisecond to six minutes; the first column has
// what was faster, the last what was slower.
const latencies = 36

// Latencies counts calls by how long they took.
type Latencies [latencies]int64

// latencyOf is the column that counts a call.
func latencyOf(tookUS int64) int64 { return min(magnitudeOf(tookUS, latencyUnit), latencies-1) }

// latencyFrom is where a column's calls begin, in microseconds.
func latencyFrom(n int) float64 {
	if n == 0 {
		return 0
	}
	return 1000 * math.Pow(2, float64(n-1)/2)
}

// Percentile is the time that a share of the calls did not take longer than, 0 for none.
// Within a column calls are taken to be spread evenly, so that it is off by some percent.
func (l *Latencies) Percentile(share float64) time.Duration {
	var all int64
	for _, n := range l {
		all += n
	}
	if all == 0 {
		return 0
	}
	left := share * float64(all)
	for i, n := range l {
		if left -= float64(n); left <= 0 && n > 0 {
			from, to := latencyFrom(i), latencyFrom(i+1)
			return time.Duration((to + left/float64(n)*(to-from)) * float64(time.Microsecond))
		}
	}
	return time.Duration(latencyFrom(latencies) * float64(time.Microsecond))
}
