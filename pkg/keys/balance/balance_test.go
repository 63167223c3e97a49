package balance

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// off is by how many calls a key is off its weight's share, at most.
func off(used [3]float64) (calls float64) {
	total := used[0] + used[1] + used[2]
	for i, share := range []float64{.7, .2, .1} {
		calls = max(calls, math.Abs(used[i]-share*total))
	}
	return calls
}

func TestUnevenEdgesTogetherKeepTheWeights(t *testing.T) {
	c, _ := open(t)
	for name, edges := range map[string][]edge{
		"every call may use every key": {{60, anyKey}, {30, anyKey}, {10, anyKey}},
		"a fifth of one edge's calls may not use one key": {
			{60, func(r *rand.Rand) uint64 {
				if r.IntN(5) == 0 {
					return 0b101
				}
				return 0b111
			}}, {30, anyKey}, {10, anyKey},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(10) {
				used := simulate(t, rand.New(rand.NewPCG(seed, 1)), c, 5000, edges)
				require.LessOrEqual(t, off(used)/5000*100, 0.05, "percentage points; seed %d, %v", seed, used)
			}
		})
	}
}

func TestWhatOneEdgeCannotPayTheOthersDo(t *testing.T) {
	c, _ := open(t)
	edges := []edge{{44, func(r *rand.Rand) uint64 {
		if r.IntN(100) < 85 {
			return 0b001
		}
		return 0b111
	}}, {46, anyKey}, {10, anyKey}}
	// It is a number of calls that are under way between the edges, however many there were.
	require.LessOrEqual(t, off(simulate(t, rand.New(rand.NewPCG(1, 1)), c, 5000, edges)), 45.0)
	require.LessOrEqual(t, off(simulate(t, rand.New(rand.NewPCG(1, 1)), c, 100_000, edges))/100_000*100, 0.05)
}

func TestEachNodeKnowsTheSharesOfAll(t *testing.T) {
	c, _ := open(t)
	one, other := join(t, Options{Redis: c}, 1, 1), join(t, Options{Redis: c}, 1, 1)
	for range 30 {
		one.set.Pick(0, 0b01, 1)
	}
	for range 10 {
		other.set.Pick(0, 0b10, 1)
	}
	one.sync()
	other.sync()
	one.set.Pick(0, 0b01, 0)
	one.sync()
	for _, n := range []*node{one, other} {
		require.InDelta(t, 0.75, n.set.Snapshot(0)[0].Everywhere, 0.02)
	}
	require.EqualValues(t, 1, one.set.Snapshot(0)[0].Share)
}

func TestANodeThatLeavesGivesAllItsDebts(t *testing.T) {
	c, _ := open(t)
	n := join(t, Options{Redis: c}, 2, 1, 1)
	for range 20 {
		n.set.Pick(0, 0b100, 1)
	}
	n.leave()
	for i, k := range n.set.Snapshot(0) {
		require.Zero(t, k.Owed)
		require.NotZero(t, inPool(c)[i])
	}
}

func TestAFilterThatNoNodeCanServeBuildsUpNoEndlessDebt(t *testing.T) {
	c, _ := open(t)
	n := join(t, Options{Redis: c}, 2, 1, 1)
	for range 200 {
		for range 10 {
			n.set.Pick(0, 0b001, 1)
		}
		n.sync()
	}
	// All 2,000 calls were made in less than two seconds.
	for i, k := range n.set.Snapshot(0) {
		require.LessOrEqual(t, math.Abs(float64(k.Owed+inPool(c)[i])), 4000.0*(1<<16))
	}
}
