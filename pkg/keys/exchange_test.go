package keys

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func owed(s *Set) (sum [3]int64) {
	for i := range sum {
		sum[i] = s.accounts[i].owed
	}
	return sum
}

func TestWhatIsGivenIsTakenOutExactlyAndUsesAreToldOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := set(t, 70, 20, 10)
		told, used := [3]int64{}, [3]int64{}
		for range rapid.IntRange(1, 20).Draw(r, "gives") {
			masks := rapid.SliceOf(rapid.Uint64Range(1, 7)).Draw(r, "calls")
			cost := rapid.Int64Range(1, 1e9).Draw(r, "cost")
			for _, m := range masks {
				used[s.Pick(0, m, cost)] += cost
			}
			before, all := owed(s), rapid.Bool().Draw(r, "all")
			offer := s.Give(0, all)
			for i, d := range offer.Debts {
				told[i] += d.Used
				require.Equal(r, before[i], s.accounts[i].owed+d.Owed)
				require.LessOrEqual(r, max(s.accounts[i].owed, -s.accounts[i].owed), offer.Mean+offer.Mean>>20+1)
				if all {
					require.Zero(r, s.accounts[i].owed)
				}
			}
			require.Equal(r, used, told)
		}
	})
}

func TestASetGivesOnlyWhatGoesBeyondOneCall(t *testing.T) {
	s := set(t, 70, 20, 10)
	offer := s.Give(0, false)
	require.True(t, offer.Idle(), "nothing was called")
	for range 100 {
		s.Pick(0, everyKey, 1)
	}
	offer = s.Give(0, false)
	require.False(t, offer.Idle())
	require.EqualValues(t, 100, offer.Cost)
	for range 10 {
		s.Pick(0, 0b100, 1)
	}
	before := owed(s)
	offer = s.Give(0, false)
	require.Negative(t, offer.Debts[2].Owed)
	require.Positive(t, offer.Debts[0].Owed)
	ratio := float64(offer.Debts[0].Owed) / float64(offer.Debts[2].Owed)
	require.InEpsilon(t, float64(before[0])/float64(before[2]), ratio, 1e-3, "all in the same proportion")

	s.Take(0, []Debt{{ID: "2", Owed: offer.Debts[2].Owed, Used: 40}, {ID: "0", Owed: offer.Debts[0].Owed, Used: 60}, {ID: "gone", Owed: 1 << 40}})
	require.Equal(t, before[2], owed(s)[2])
	require.Equal(t, before[0], owed(s)[0])
	require.InDelta(t, 0.6, s.Snapshot(0)[0].Everywhere, 1e-9)
}

func TestAReloadKeepsWhatWasTold(t *testing.T) {
	s := set(t, 1, 1)
	for range 10 {
		s.Pick(0, everyKey, 1)
	}
	s.Give(0, false)
	next, err := s.Reload([]Key{{ID: "1", Weight: 1}, {ID: "0", Weight: 1}})
	require.NoError(t, err)
	require.Zero(t, next.Give(0, false).Cost)
}

func TestAKeyOfAnotherNodesRefusalIsFoundByItsID(t *testing.T) {
	s := set(t, 1, 1)
	require.True(t, s.CoolByID("1", 10*second, "429"))
	require.False(t, s.CoolByID("x", 10*second, "429"))
	require.Equal(t, -1, s.Pick(5*second, 0b10, 1))
	s.CoolByID("1", 2*second, "429")
	require.Equal(t, -1, s.Pick(5*second, 0b10, 1), "never shortened")
}
