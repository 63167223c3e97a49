package keys

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASetIsReadyWhileAKeyMayBeUsed(t *testing.T) {
	s := set(t, 1, 1)
	require.True(t, s.Ready(0, everyKey))
	s.Cool(0, 10*second, "429")
	require.True(t, s.Ready(0, everyKey))
	require.False(t, s.Ready(0, 0b01))
	fail(s, 1, tripAfter, 0)
	require.False(t, s.Ready(0, everyKey))
	require.True(t, s.Ready(int64(openFirst), 0b10), "it waits for its probe")
	require.True(t, s.Ready(10*second, 0b01))
	require.Zero(t, testing.AllocsPerRun(100, func() { s.Ready(0, everyKey) }))
}
