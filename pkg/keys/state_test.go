package keys

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheStateOfAllKeysCanBeRead(t *testing.T) {
	s, err := New([]Key{{ID: "a", Weight: 3}, {ID: "b", Weight: 1}, {ID: "c", Weight: 0.5, Disabled: true}})
	require.NoError(t, err)
	for range 100 {
		s.Pick(0, everyKey, 10)
	}
	s.Cool(1, 5*second, "429")
	a, b := s.accounts[0].used, s.accounts[1].used
	require.EqualValues(t, 1000, a+b)
	require.Equal(t, []State{
		{ID: "a", Weight: 3, Used: a, Share: float64(a) / 1000, Everywhere: float64(a) / 1000, Owed: s.accounts[0].owed},
		{ID: "b", Weight: 1, Used: b, Share: float64(b) / 1000, Everywhere: float64(b) / 1000, Owed: s.accounts[1].owed, CoolUntil: time.Unix(5, 0), Reason: "429"},
		{ID: "c", Weight: 0.5, Disabled: true},
	}, s.Snapshot(0))
	require.Zero(t, s.Snapshot(5 * second)[1].CoolUntil)
}

func TestAReloadKeepsTheStateOfKeysByTheirID(t *testing.T) {
	s := set(t, 1, 1, 1) // ids 0, 1, 2
	for range 300 {
		s.Pick(0, everyKey, 1)
	}
	s.Refused(1, 0, 10*time.Second, "429")
	s.Disable(2, "401")
	next, err := s.Reload([]Key{{ID: "new", Weight: 1}, {ID: "1", Weight: 2}, {ID: "2", Weight: 1}})
	require.NoError(t, err)
	state := next.Snapshot(0)
	require.Zero(t, state[0].Used)
	require.Equal(t, s.accounts[1].used, state[1].Used)
	require.Equal(t, time.Unix(10, 0), state[1].CoolUntil)
	require.False(t, state[2].Disabled)
	require.Equal(t, -1, next.Pick(0, 0b010, 1))
	require.Equal(t, 1, next.Pick(10*second, 0b010, 1))

	_, err = s.Reload([]Key{{ID: "x", Weight: -1}})
	require.Error(t, err)
	var used [3]int
	for range 4000 {
		used[next.Pick(20*second, everyKey, 1)]++
	}
	require.InDelta(t, 2000, used[1], 10)
}
