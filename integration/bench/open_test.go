package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/load"
)

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
		{name: "bare", rounds: []load.Latencies{{1 * ms}, {50 * ms}, {2 * ms}}},
		{name: "edge", rounds: []load.Latencies{{2 * ms}, {51 * ms}, {2 * ms}}},
	}}
	require.Equal(t, load.Spread{Median: 1, Min: 0, Max: 1}, l.added(1, 0.99))
}
