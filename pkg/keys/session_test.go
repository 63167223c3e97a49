package keys

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASessionStaysWithItsKeyOnEveryProcess(t *testing.T) {
	a, b := set(t, 1, 1, 1, 1), set(t, 1, 1, 1, 1)
	for i := range 100 {
		session := "session-" + strconv.Itoa(i)
		key := a.PickFor(0, everyKey, 1, session)
		for range 3 {
			a.Pick(0, everyKey, 1)
			require.Equal(t, key, a.PickFor(0, everyKey, 1, session))
			require.Equal(t, key, b.PickFor(0, everyKey, 1, session))
		}
	}
}

func TestSessionsAreSharedOutByWeight(t *testing.T) {
	s := set(t, 70, 20, 10)
	percent := make([]float64, 3)
	for i := range 10000 {
		percent[s.PickFor(0, everyKey, 1, strconv.Itoa(i))] += 0.01
	}
	require.InDeltaSlice(t, []float64{70, 20, 10}, percent, 1.5)
}

func TestOnlyTheSessionsOfAKeyThatRestsMoveAndTheyComeBack(t *testing.T) {
	s := set(t, 1, 1, 1)
	home := map[string]int{}
	for i := range 300 {
		session := strconv.Itoa(i)
		home[session] = s.PickFor(0, everyKey, 1, session)
	}
	s.Cool(1, 100, "429")
	for session, key := range home {
		now := s.PickFor(50, everyKey, 1, session)
		require.NotEqual(t, 1, now)
		if key != 1 {
			require.Equal(t, key, now)
		}
	}
	for session, key := range home {
		require.Equal(t, key, s.PickFor(200, everyKey, 1, session))
	}
}

func TestASessionUsesOnlyEligibleKeys(t *testing.T) {
	s := set(t, 1, 1, 0)
	for i := range 50 {
		session := strconv.Itoa(i)
		require.Equal(t, 1, s.PickFor(0, 0b110, 1, session))
		require.Equal(t, 2, s.PickFor(0, 0b100, 1, session), "a key without weight, where no other is allowed")
	}
	s.Cool(1, 100, "429")
	require.Equal(t, -1, s.PickFor(0, 0b110, 1, "x"))
}

func TestOtherCallsMakeUpForTheSessionsOfAKey(t *testing.T) {
	s := set(t, 1, 1)
	used := make([]int, 2)
	for range 400 {
		used[s.PickFor(0, everyKey, 1, "one session")]++
		used[s.Pick(0, everyKey, 1)]++
		used[s.Pick(0, everyKey, 1)]++
	}
	require.InDelta(t, used[0], used[1], 8)
}
