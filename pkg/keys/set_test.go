package keys

import (
	"math"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func set(t testing.TB, weights ...float64) *Set {
	t.Helper()
	keys := make([]Key, len(weights))
	for i, w := range weights {
		keys[i] = Key{ID: strconv.Itoa(i), Weight: w}
	}
	s, err := New(keys)
	require.NoError(t, err)
	return s
}

const everyKey = ^uint64(0)

// shares picks n times with masks drawn by eligible and returns each key's share in percent.
func shares(s *Set, n int, eligible func() uint64) (percent []float64) {
	percent = make([]float64, len(s.states))
	for range n {
		percent[s.Pick(0, eligible(), 1)] += 100 / float64(n)
	}
	return percent
}

func TestSharesFollowWeights(t *testing.T) {
	got := shares(set(t, 70, 20, 10), 10000, func() uint64 { return everyKey })
	require.InDeltaSlice(t, []float64{70, 20, 10}, got, 0.03)
}

func TestAtNoTimeIsAKeyMoreThanAFewCallsOff(t *testing.T) {
	s := set(t, 70, 20, 10)
	var used [3]float64
	for n := range 10000 {
		used[s.Pick(0, everyKey, 1)]++
		for i, share := range []float64{.7, .2, .1} {
			require.InDelta(t, share*float64(n+1), used[i], 4)
		}
	}
}

func TestSharesHoldWhenSomeCallsMayUseOnlySomeKeys(t *testing.T) {
	got := shares(set(t, 70, 20, 10), 10000, func() uint64 {
		if rand.IntN(5) == 0 {
			return 0b101
		}
		return everyKey
	})
	require.InDeltaSlice(t, []float64{70, 20, 10}, got, 0.05)
}

func TestSharesOfTokensHoldWithEstimatesThatAreSettledLater(t *testing.T) {
	s := set(t, 70, 20, 10)
	type flight struct {
		key   int
		delta int64
	}
	var used [3]float64
	var total float64
	var under []flight
	for range 100000 {
		cost := int64(1000*math.Exp(1.2*rand.NormFloat64()-.72)) + 1
		estimate := int64(float64(cost)*math.Exp(.5*rand.NormFloat64())) + 1
		k := s.Pick(0, everyKey, estimate)
		used[k] += float64(cost)
		total += float64(cost)
		under = append(under, flight{k, cost - estimate})
		if len(under) > 1000 {
			s.Settle(under[0].key, under[0].delta)
			under = under[1:]
		}
	}
	for i, share := range []float64{70, 20, 10} {
		require.InDelta(t, share, used[i]/total*100, 0.3)
	}
}

func TestAFilterThatStarvesKeysDoesNotEndInALongBurst(t *testing.T) {
	s := set(t, 60, 20, 20)
	for range 100000 {
		require.Equal(t, 0, s.Pick(0, 1, 1))
	}
	burst := 0
	for s.Pick(0, everyKey, 1) != 0 {
		burst++
	}
	require.Less(t, burst, 2*maxOwed)
	got := shares(s, 10000, func() uint64 { return everyKey })
	require.InDeltaSlice(t, []float64{60, 20, 20}, got, 2*maxOwed/100.0)
}

func TestOnlyEligibleKeysArePicked(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		weights := rapid.SliceOfN(rapid.Float64Range(0, 100), 1, Max).Draw(r, "weights")
		s := set(t, weights...)
		for range 50 {
			mask := rapid.Uint64().Draw(r, "mask")
			cost := rapid.Int64().Draw(r, "cost")
			got := s.Pick(0, mask, cost)
			var weighed, unweighed bool
			for i, w := range weights {
				if mask>>i&1 != 0 {
					weighed = weighed || w > 0
					unweighed = unweighed || w == 0
				}
			}
			switch {
			case !weighed && !unweighed:
				require.Equal(r, -1, got)
			case weighed:
				require.NotZero(r, mask>>got&1)
				require.Positive(r, weights[got])
			default:
				require.NotZero(r, mask>>got&1)
			}
		}
	})
}

func TestWhatIsOwedAddsUpToNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := set(t, rapid.SliceOfN(rapid.Float64Range(0.001, 100), 1, 8).Draw(r, "weights")...)
		for range 200 {
			k := s.Pick(0, rapid.Uint64Range(1, 255).Draw(r, "mask"), rapid.Int64Range(1, 1e6).Draw(r, "cost"))
			s.Settle(k, rapid.Int64Range(-1000, 1000).Draw(r, "delta"))
		}
		sum, most := int64(0), int64(1)
		for _, a := range s.accounts {
			sum += a.owed
			most = max(most, a.owed)
		}
		// Debts are forgiven with the precision of a float64.
		require.InDelta(r, 0, float64(sum)/float64(most), 1e-6)
	})
}

func TestAKeyWithoutWeightIsUsedOnlyWhereNoOtherIsAllowed(t *testing.T) {
	s := set(t, 1, 0, 0)
	require.Equal(t, []float64{100, 0, 0}, rounded(shares(s, 100, func() uint64 { return everyKey })))
	s.Cool(0, 1000, "429")
	require.Equal(t, -1, s.Pick(0, everyKey, 1), "a key that cools down is no reason to use another")
	got := shares(s, 10000, func() uint64 { return 0b110 })
	require.InDelta(t, 50, got[1], 5)
	require.Equal(t, 1, s.Pick(0, 0b010, 1))
}

func rounded(percent []float64) []float64 {
	for i := range percent {
		percent[i] = math.Round(percent[i])
	}
	return percent
}

func TestKeysThatAllLackAWeightWeighTheSame(t *testing.T) {
	s := set(t, 0, 0, 0, 0)
	require.InDeltaSlice(t, []float64{25, 25, 25, 25}, shares(s, 10000, func() uint64 { return everyKey }), 0.05)
}

func TestProcessesThatStartTogetherDoNotAllBeginWithTheSameKey(t *testing.T) {
	var first [3]int
	for range 1000 {
		first[set(t, 70, 20, 10).Pick(0, everyKey, 800)]++
	}
	require.InDelta(t, 700, first[0], 100)
	require.InDelta(t, 200, first[1], 80)
	require.InDelta(t, 100, first[2], 60)
}

func TestKeysAreRefusedThatCannotBeChosenAmong(t *testing.T) {
	for name, keys := range map[string][]Key{
		"too many":         make([]Key, Max+1),
		"negative weight":  {{Weight: -1}},
		"endless weight":   {{Weight: math.Inf(1)}},
		"weight no number": {{Weight: math.NaN()}},
		"same id twice":    {{ID: "a"}, {ID: "a"}},
	} {
		_, err := New(keys)
		require.Error(t, err, name)
	}
	s := set(t)
	require.Equal(t, -1, s.Pick(0, everyKey, 1))
}

func TestManyGoroutinesShareOneSet(t *testing.T) {
	s := set(t, 70, 20, 10)
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range 2500 {
				k := s.Pick(int64(i), everyKey, 1)
				s.Settle(k, 0)
				s.Accepted(k)
				if g == 0 && i%500 == 0 {
					s.Snapshot(int64(i))
					s.Cool(k, int64(i)+1, "429")
				}
			}
		})
	}
	all.Wait()
	var picks int64
	for _, k := range s.Snapshot(math.MaxInt64) {
		picks += k.Used
	}
	require.InDelta(t, 10000, picks, 10)
}

func TestAPickAllocatesNothing(t *testing.T) {
	s := set(t, 7, 2, 1)
	require.Zero(t, testing.AllocsPerRun(100, func() { s.Settle(s.Pick(0, everyKey, 800), 1) }))
}
