package keys

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const second = int64(time.Second)

func TestAKeyComesBackFromItsCoolDownWithoutABurst(t *testing.T) {
	s := set(t, 70, 20, 10)
	count := func(now int64, n int) (picked [3]int) {
		for range n {
			picked[s.Pick(now, everyKey, 1)]++
		}
		return picked
	}
	count(0, 1000)
	s.Cool(0, 10*second, "429")
	cooling := count(5*second, 3000)
	require.Zero(t, cooling[0])
	require.InDelta(t, 2000, cooling[1], 4)
	require.InDelta(t, 1000, cooling[2], 4)
	require.InDelta(t, 140, count(10*second, 200)[0], 4)
}

func TestACoolDownIsNeverShortened(t *testing.T) {
	s := set(t, 1, 1)
	s.Cool(0, 10*second, "429")
	s.Cool(0, 5*second, "503")
	require.Equal(t, 1, s.Pick(9*second, everyKey, 1))
	require.Equal(t, -1, s.Pick(9*second, 0b01, 1))
	require.Equal(t, 0, s.Pick(10*second, 0b01, 1))
}

func TestTheNextKeyToComeBackIsKnown(t *testing.T) {
	s := set(t, 1, 1, 1)
	_, cooling := s.NextBack(0, everyKey)
	require.False(t, cooling)
	s.Cool(0, 10*second, "429")
	s.Cool(1, 5*second, "429")
	s.Disable(2, "401")
	at, cooling := s.NextBack(0, everyKey)
	require.True(t, cooling)
	require.Equal(t, 5*second, at)
	at, _ = s.NextBack(0, 0b001)
	require.Equal(t, 10*second, at)
	_, cooling = s.NextBack(0, 0b100)
	require.False(t, cooling)
}

func TestRefusalsInARowCoolLongerUntilOneIsAccepted(t *testing.T) {
	s := set(t, 1)
	now := int64(0)
	for _, want := range []int{1, 2, 4, 8, 16, 32, 60, 60} {
		until := s.Refused(0, now, 0, "429")
		require.InEpsilon(t, time.Duration(want)*time.Second, until-now, 0.2)
		require.Equal(t, -1, s.Pick(until-1, everyKey, 1))
		require.Equal(t, 0, s.Pick(until, everyKey, 1))
		now = until
	}
	s.Accepted(0)
	require.InEpsilon(t, time.Second, s.Refused(0, now, 0, "429")-now, 0.2)
}

func TestCallsThatAreRefusedTogetherCountOnce(t *testing.T) {
	s := set(t, 1)
	first := s.Refused(0, 0, 0, "429")
	for range 50 {
		require.Equal(t, first, s.Refused(0, 1, 0, "429"))
	}
	require.InEpsilon(t, 2*time.Second, s.Refused(0, first, 0, "429")-first, 0.2)
}

func TestTheProvidersOwnTimeIsAFloor(t *testing.T) {
	s := set(t, 1)
	require.Equal(t, 3*second, s.Refused(0, 0, 3*time.Second, "429"))
	require.Equal(t, 8*second, s.Refused(0, second, 7*time.Second, "429"), "the newest")
	require.Equal(t, 8*second, s.Refused(0, second, time.Second, "429"), "not shortened")
}

func TestADisabledKeyStaysOutUntilItIsEnabled(t *testing.T) {
	s := set(t, 1, 1)
	s.Disable(0, "401")
	require.Equal(t, -1, s.Pick(1<<60, 0b01, 1))
	require.Equal(t, "401", s.Snapshot(0)[0].Reason)
	s.Enable(0)
	require.Equal(t, 0, s.Pick(0, 0b01, 1))
	require.Empty(t, s.Snapshot(0)[0].Reason)
}

func TestBackoffIsBoundedAndSpread(t *testing.T) {
	for n, want := range map[int]int{-1: 1, 0: 1, 1: 2, 5: 32, 6: 60, 7: 60, 1 << 40: 60} {
		seen := map[time.Duration]bool{}
		for range 100 {
			d := Backoff(n)
			require.InEpsilon(t, time.Duration(want)*time.Second, d, 0.2)
			seen[d] = true
		}
		require.Greater(t, len(seen), 90)
	}
}

func TestAnIndexThatIsNoKeyIsIgnored(t *testing.T) {
	s := set(t, 1)
	for _, i := range []int{-1, 1, Max, 1 << 40} {
		s.Settle(i, 1)
		s.Cool(i, 1, "")
		s.Refused(i, 0, 0, "")
		s.Accepted(i)
		s.Disable(i, "")
		s.Enable(i)
	}
	require.Equal(t, 0, s.Pick(0, everyKey, 1))
}
