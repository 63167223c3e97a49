package routing

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// firsts counts which option comes first in so many choices.
func firsts(s Strategy, options []Option, n int) []int {
	counts := make([]int, len(options))
	for range n {
		var order [MaxTargets]uint8
		counts[s.Order(options, 0, &order)[0]]++
	}
	return counts
}

func TestTargetsAreChosenInProportionToTheirWeights(t *testing.T) {
	counts := firsts(Weighted, []Option{{Weight: 7, Ready: true}, {Weight: 2, Ready: true}, {Weight: 1, Ready: true}, {Ready: true}}, 10_000)
	require.InDelta(t, 7000, counts[0], 400)
	require.InDelta(t, 2000, counts[1], 400)
	require.InDelta(t, 1000, counts[2], 400)
	require.Zero(t, counts[3], "one without a weight stands behind")
}

func TestEachStrategyPutsWhatItLooksForInFront(t *testing.T) {
	for _, tc := range []struct {
		name     string
		strategy Strategy
		options  []Option
		want     []uint8
	}{
		{"priority", Priority, []Option{{Weight: 1, Ready: true}, {Weight: 9, Ready: true}}, []uint8{0, 1}},
		{"cost", LeastCost, []Option{{Weight: 1, Ready: true, Cost: 30}, {Weight: 1, Ready: true, Cost: 10}, {Weight: 1, Ready: true, Cost: -1}, {Weight: 1, Ready: true}}, []uint8{3, 1, 0, 2}},
		{"busy", LeastBusy, []Option{{Weight: 1, Ready: true, Busy: 0.5}, {Weight: 1, Ready: true, Busy: 0.1}}, []uint8{1, 0}},
		{"what is not ready goes behind", LeastBusy, []Option{{Weight: 1, Busy: 0}, {Weight: 1, Ready: true, Busy: 3}}, []uint8{1, 0}},
		{"also by priority", Priority, []Option{{Weight: 1}, {Weight: 1, Ready: true}}, []uint8{1, 0}},
	} {
		var order [MaxTargets]uint8
		require.Equal(t, tc.want, tc.strategy.Order(tc.options, 0, &order), tc.name)
	}
}

func TestTheQuickestIsChosenAndOthersAreTriedNowAndThen(t *testing.T) {
	options := []Option{
		{Weight: 1, Ready: true, Latency: 3 * time.Second}, {Weight: 1, Ready: true, Latency: time.Second}, {Weight: 1, Ready: true},
	}
	counts := firsts(LeastLatency, options, 10_000)
	require.InDelta(t, 9800, counts[1], 150)
	require.InDelta(t, 100, counts[0], 90)
	require.InDelta(t, 100, counts[2], 90)
	options[0].Latency, options[1].Latency = 0, 0
	for _, n := range firsts(LeastLatency, options, 9000) {
		require.InDelta(t, 3000, n, 400, "while none is known, each has its share")
	}
}

func TestASessionStaysWithItsTargetUnlessThatIsTheOneToGo(t *testing.T) {
	options := []Option{{Weight: 1, Ready: true, Name: Hash("a")}, {Weight: 1, Ready: true, Name: Hash("b")}, {Weight: 1, Ready: true, Name: Hash("c")}}
	counts := make([]int, 3)
	moved := 0
	for i := range uint64(3000) {
		session := mix(i + 1)
		var order [MaxTargets]uint8
		first := Sticky.Order(options, session, &order)[0]
		require.Equal(t, first, Sticky.Order(options, session, &order)[0])
		counts[first]++
		options[1].Ready = false
		if then := Sticky.Order(options, session, &order)[0]; then != first {
			require.EqualValues(t, 1, first, "only the sessions of the one that went are moved")
			moved++
		}
		options[1].Ready = true
	}
	require.Equal(t, counts[1], moved)
	for _, n := range counts {
		require.InDelta(t, 1000, n, 200)
	}
}

func TestAnOrderHasEachTargetOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		options := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Option {
			return Option{
				Weight: rapid.Float64Range(0, 5).Draw(t, "weight"), Ready: rapid.Bool().Draw(t, "ready"),
				Latency: time.Duration(rapid.IntRange(0, 3).Draw(t, "latency")), Cost: rapid.Int64Range(-1, 3).Draw(t, "cost"),
				Busy: rapid.Float64Range(0, 2).Draw(t, "busy"), Name: rapid.Uint64().Draw(t, "name"),
			}
		}), 0, MaxTargets).Draw(t, "options")
		s := Strategy(rapid.IntRange(0, len(strategyNames)-1).Draw(t, "strategy"))
		var order [MaxTargets]uint8
		seen, ready := map[uint8]bool{}, true
		for _, i := range s.Order(options, rapid.Uint64().Draw(t, "session"), &order) {
			require.False(t, seen[i])
			seen[i] = true
			require.False(t, options[i].Ready && !ready, "one that is ready stands behind one that is not")
			ready = options[i].Ready
		}
		require.Len(t, seen, len(options))
	})
}

func TestAChoiceAllocatesNothing(t *testing.T) {
	var l Latencies
	now := time.Now()
	l.Note("a", "m", true, time.Second, now)
	options := make([]Option, MaxTargets)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		for i := range options {
			options[i] = Option{Weight: 1, Ready: true, Latency: l.Of("a", "m", true, now)}
		}
		var order [MaxTargets]uint8
		LeastLatency.Order(options, 0, &order)
		l.Note("a", "m", true, time.Second, now)
	}))
}

func TestLatencyIsAnAverageThatIsForgotten(t *testing.T) {
	var l Latencies
	now := time.Now()
	require.Zero(t, l.Of("p", "m", false, now))
	l.Note("p", "m", false, 100*time.Millisecond, now)
	require.Equal(t, 100*time.Millisecond, l.Of("p", "m", false, now))
	require.Zero(t, l.Of("p", "m", true, now), "a stream is another thing")
	l.Note("p", "m", false, 200*time.Millisecond, now)
	require.Equal(t, 120*time.Millisecond, l.Of("p", "m", false, now))
	later := now.Add(freshFor)
	require.Zero(t, l.Of("p", "m", false, later))
	l.Note("p", "m", false, time.Second, later)
	require.Equal(t, time.Second, l.Of("p", "m", false, later), "what was long ago has no part in it")
}

func BenchmarkOrder(b *testing.B) {
	options := []Option{{Weight: 7, Ready: true, Cost: 3}, {Weight: 2, Ready: true, Cost: 2}, {Weight: 1, Ready: true, Cost: 1}}
	for s := range strategyNames {
		b.Run(strategyNames[s], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var order [MaxTargets]uint8
				Strategy(s).Order(options, 42, &order)
			}
		})
	}
}
