//go:build !race

// The race detector makes sync.Pool drop objects at random, so that allocations
// mean nothing under it.

package pool

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/upstream"
)

func TestWaitingAllocatesNothing(t *testing.T) {
	p := New(Options{Slots: 1, Queue: 1})
	p.Acquire(time.Time{}, nil)
	var cut upstream.Cut
	cut.Fire()
	require.Zero(t, testing.AllocsPerRun(100, func() { p.Acquire(time.Time{}, &cut) }))
}
