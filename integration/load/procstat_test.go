package load

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCPUTimeIsUserPlusSystemTime(t *testing.T) {
	for name, tc := range map[string]struct {
		stat string
		want time.Duration
	}{
		"plain":             {"12 (asbru) S 1 12 12 0 -1 4194560 900 0 0 0 150 25 7 8 20 0 9 0 100 0 0", 1750 * time.Millisecond},
		"name with a space": {"12 (tmux: server) S 1 12 12 0 -1 4194560 900 0 0 0 3 0 0 0 20 0 9 0", 30 * time.Millisecond},
		"name like an end":  {"12 (a) R 9) S 1 12 12 0 -1 4194560 900 0 0 0 0 1 0 0 20 0 9 0", 10 * time.Millisecond},
		"more than 32 bits": {"12 (x) S 1 12 12 0 -1 4194560 900 0 0 0 5000000000 0 0 0", 50_000_000 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseCPU([]byte(tc.stat))
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
}

func TestCPUTimeOfNonsenseIsAnError(t *testing.T) {
	for _, stat := range []string{"", "12 (asbru) S 1", "12 asbru S 1 2 3 4 5 6 7 8 9 10 11 12 13", "1 (a) S 1 1 1 1 1 1 1 1 1 1 x 1 1"} {
		_, err := parseCPU([]byte(stat))
		require.Error(t, err, stat)
	}
}

func TestResidentMemoryIsInBytes(t *testing.T) {
	got, err := parseResident([]byte("310000 5000 1200 800 0 40000 0\n"), 4096)
	require.NoError(t, err)
	require.Equal(t, int64(5000*4096), got)
	_, err = parseResident([]byte("310000"), 4096)
	require.Error(t, err)
	_, err = parseResident([]byte("310000 x"), 4096)
	require.Error(t, err)
}

func TestOwnProcessIsMeasured(t *testing.T) {
	_, err := cpuTime(os.Getpid())
	require.NoError(t, err)
	n, err := residentBytes(os.Getpid())
	require.NoError(t, err)
	require.Positive(t, n)
}
