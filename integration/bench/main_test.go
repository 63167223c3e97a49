package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

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
