package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	var hundred latencies
	for i := range 100 {
		hundred = append(hundred, time.Duration(100-i))
	}
	hundred.sort()
	for _, tc := range []struct {
		p    float64
		want time.Duration
	}{{0, 1}, {0.01, 1}, {0.5, 50}, {0.505, 51}, {0.99, 99}, {0.999, 100}, {1, 100}} {
		require.Equal(t, tc.want, hundred.at(tc.p), "%g", tc.p)
	}
	require.Equal(t, time.Duration(7), latencies{7}.at(0.99))
	require.Zero(t, latencies(nil).at(0.5))
}

func TestSpreadIsMedianAndEnds(t *testing.T) {
	require.Equal(t, spread{2, 1, 9}, spreadOf([]float64{9, 1, 2}))
	require.Equal(t, spread{2.5, 1, 9}, spreadOf([]float64{9, 1, 2, 3}))
	require.Equal(t, spread{}, spreadOf(nil))
}

// A pace that starts its requests late must not make them look quick: what is
// handed out is the time at which each was due.
func TestPaceHandsOutDueTimes(t *testing.T) {
	const n, every = 20, 100 * time.Microsecond
	due := make(chan time.Time, n)
	began := time.Now()
	pace(t.Context(), due, n, every)
	close(due)
	var first time.Time
	i := 0
	for at := range due {
		if i == 0 {
			first = at
			require.False(t, at.Before(began))
		}
		require.Equal(t, time.Duration(i)*every, at.Sub(first))
		i++
	}
	require.Equal(t, n, i)
}

func TestAddedLatencyIsTakenWithinARound(t *testing.T) {
	ms := time.Millisecond
	l := latencyResult{targets: []latencyTarget{
		{name: "bare", rounds: []latencies{{1 * ms}, {50 * ms}, {2 * ms}}},
		{name: "edge", rounds: []latencies{{2 * ms}, {51 * ms}, {2 * ms}}},
	}}
	require.Equal(t, spread{1, 0, 1}, l.added(1, 0.99))
}

func TestTableIsAlignedOrMarkdown(t *testing.T) {
	mk := func() *table { return &table{head: []string{"a", "µs"}, rows: [][]string{{"plain", "1"}}} }
	var text, md bytes.Buffer
	mk().print(&text, false)
	mk().print(&md, true)
	require.Equal(t, "a      µs\nplain  1\n", text.String())
	require.Equal(t, "| a     | µs |\n|---|---|\n| plain | 1  |\n", md.String())
}

func TestFlagsOutOfBoundsAreRefused(t *testing.T) {
	good := options{rounds: 1, duration: time.Second, connections: 1, rate: 1}
	require.NoError(t, good.check())
	for name, change := range map[string]func(*options){
		"rounds":      func(o *options) { o.rounds = maxRounds + 1 },
		"duration":    func(o *options) { o.duration = time.Hour },
		"connections": func(o *options) { o.connections = 0 },
		"rate":        func(o *options) { o.rate = maxRate + 1 },
		"streams":     func(o *options) { o.streams = -1 },
	} {
		bad := good
		change(&bad)
		require.ErrorContains(t, bad.check(), name)
	}
}
