package keys

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fail has n calls with a key fail.
func fail(s *Set, i, n int, now int64) (broke bool) {
	for range n {
		_, news := s.Failed(i, now)
		broke = broke || news
	}
	return broke
}

func broken(s *Set, i int) bool { return s.Snapshot(0)[i].Broken }

func TestAKeyWhoseCallsFailIsPassedOver(t *testing.T) {
	s := set(t, 70, 20, 10)
	require.False(t, fail(s, 0, tripAfter-1, 0))
	require.True(t, fail(s, 0, 1, 0))
	require.True(t, broken(s, 0))
	for range 100 {
		require.NotZero(t, s.Pick(second, everyKey, 1))
		require.NotZero(t, s.PickFor(second, everyKey, 1, "session"))
	}
	require.Equal(t, -1, s.Pick(second, 0b001, 1))
	require.False(t, fail(s, 0, tripAfter, second), "calls that were under way say nothing new")
}

func TestAKeyBreaksOnlyWhenMostOfItsCallsFailWithinATime(t *testing.T) {
	s := set(t, 1, 1)
	for range 100 { // more than a few are answered
		fail(s, 0, tripAfter-1, 0)
		for range tripAfter / 2 {
			s.Accepted(0)
		}
	}
	require.False(t, broken(s, 0))

	s = set(t, 1, 1)
	for i := range int64(100) { // now and then one fails, and there are no others
		s.Failed(0, i*breakerWindow/(tripAfter-2))
	}
	require.False(t, broken(s, 0))

	s = set(t, 1, 1)
	for range 1000 {
		s.Passed(0) // what is wrong with it is the caller's doing
	}
	require.False(t, broken(s, 0))
	require.True(t, fail(s, 0, tripAfter, 0), "what was answered before the first failure does not count")
}

func TestABrokenKeyIsProbedByOneCallAtATime(t *testing.T) {
	s := set(t, 70, 20, 10)
	fail(s, 0, tripAfter, 0)
	count := func(now int64) (n int) {
		for range 50 {
			if s.Pick(now, everyKey, 1) == 0 {
				n++
			}
		}
		return n
	}
	at := int64(openFirst)
	require.Zero(t, count(at-1))
	require.Equal(t, 1, count(at))
	require.Zero(t, count(at+probeTime-1), "its fate is waited for")
	require.Equal(t, 1, count(at+probeTime), "but not for ever")

	now := at + probeTime
	for _, rest := range []time.Duration{2 * openFirst, 4 * openFirst, openMost, openMost} {
		broken, news := s.Failed(0, now)
		require.True(t, broken)
		require.False(t, news, "it is out of use already")
		require.Zero(t, count(now+int64(rest)-1))
		now += int64(rest)
		require.Equal(t, 1, count(now))
	}
	require.True(t, s.Accepted(0))
	require.False(t, broken(s, 0))
	require.InDelta(t, 35, count(now), 10, "it has its share again, and no more")
}

func TestABrokenKeyThatCoolsDownIsNotProbed(t *testing.T) {
	s := set(t, 1, 1)
	fail(s, 0, tripAfter, 0)
	s.Cool(0, 100*second, "429")
	require.Equal(t, 1, s.Pick(50*second, everyKey, 1))
	require.Equal(t, -1, s.PickBroken(50*second, everyKey, 1))
	require.Equal(t, 0, s.Pick(100*second, everyKey, 1))
}

func TestWhereAllKeysAreBrokenACallMayStillAskWithOne(t *testing.T) {
	s := set(t, 1, 1)
	require.Equal(t, -1, s.PickBroken(0, everyKey, 1), "none is")
	fail(s, 0, tripAfter, 0)
	fail(s, 1, tripAfter, 0)
	require.Equal(t, -1, s.Pick(second, everyKey, 1))
	i := s.PickBroken(second, everyKey, 1)
	require.GreaterOrEqual(t, i, 0)
	require.True(t, s.Passed(i))
	require.Equal(t, i, s.Pick(second, everyKey, 1))
}

func TestAnIndexThatIsNoKeysBreaksNothing(t *testing.T) {
	s := set(t, 1)
	for _, i := range []int{-1, 1, 64} {
		require.False(t, fail(s, i, tripAfter, 0))
		require.False(t, s.Passed(i))
	}
	require.False(t, s.BreakByID("unknown", true, 0))
}

func TestWhatBecomesOfABreakerIsSaidOnce(t *testing.T) {
	s := set(t, 1, 1)
	fail(s, 0, tripAfter, 0)
	offer := s.Give(0, false)
	require.False(t, offer.Idle())
	require.Equal(t, Word{Says: Opened, Until: int64(openFirst)}, offer.Debts[0].Breaker)
	require.Zero(t, s.Give(0, false).Debts[0].Breaker)

	// Whoever has calls asks for the probe when it is due.
	s.Pick(0, everyKey, 1)
	require.False(t, s.Give(int64(openFirst)-1, false).Debts[0].Breaker.Probe)
	s.Pick(0, everyKey, 1)
	require.True(t, s.Give(int64(openFirst), false).Debts[0].Breaker.Probe)
	require.False(t, s.Give(int64(openFirst), false).Debts[0].Breaker.Probe)

	s.Pick(int64(openFirst), everyKey, 1)
	s.Accepted(0)
	require.Equal(t, Closed, s.Give(0, false).Debts[0].Breaker.Says)
}

func TestTheWordOfOthersOpensHoldsProbesAndCloses(t *testing.T) {
	s := set(t, 1, 1)
	tell := func(now int64, w Word) { s.Take(now, []Debt{{ID: "0", Breaker: w}}) }
	tell(0, Word{Says: Opened, Until: 10 * second})
	require.True(t, broken(s, 0))
	tell(9*second, Word{Says: Opened, Until: 20 * second})
	require.Equal(t, 1, s.Pick(19*second, everyKey, 1), "held as long as others see to it")
	tell(19*second, Word{Says: Opened, Until: 30 * second, Probe: true})
	require.Equal(t, 0, s.Pick(19*second, everyKey, 1), "the probe is granted")
	require.Equal(t, 1, s.Pick(20*second, everyKey, 1))
	tell(20*second, Word{Says: Closed})
	require.False(t, broken(s, 0))

	// What only this process has met is its own, until the others say that they have too.
	fail(s, 0, tripAfter, 0)
	tell(0, Word{Says: Closed})
	s.Give(0, false)
	tell(0, Word{Says: Closed})
	require.True(t, broken(s, 0))
	require.True(t, s.BreakByID("0", true, 30*second))
	require.True(t, s.BreakByID("0", false, 0))
	require.False(t, broken(s, 0))

	// It knows better what it has not said yet.
	tell(0, Word{Says: Opened})
	require.Equal(t, 0, s.Pick(second, 0b01, 1))
	s.Accepted(0)
	tell(0, Word{Says: Opened})
	require.False(t, broken(s, 0))
}

func TestABreakerOutlivesAReload(t *testing.T) {
	s := set(t, 1, 1)
	fail(s, 0, tripAfter, 0)
	next, err := s.Reload([]Key{{ID: "1", Weight: 1}, {ID: "0", Weight: 1}})
	require.NoError(t, err)
	require.True(t, broken(next, 1))
	require.Equal(t, 1, next.Pick(int64(openFirst), 0b10, 1))
	require.True(t, next.Accepted(1))
}
