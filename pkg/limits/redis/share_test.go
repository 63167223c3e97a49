package redis

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
)

// alone are nodes that Redis is away from.
func alone(n int) []*Limiter {
	nodes := make([]*Limiter, n)
	for i := range nodes {
		nodes[i] = &Limiter{}
		nodes[i].share.begin(func() int { return n }, memory.Options{})
	}
	return nodes
}

// all has each node do something at once with the others, so often.
func all(nodes []*Limiter, times int, do func(r *Limiter, node, time int)) {
	var doing sync.WaitGroup
	for i, r := range nodes {
		for j := range times {
			doing.Go(func() { do(r, i, j) })
		}
	}
	doing.Wait()
}

func TestSharesTogetherAreNeverMoreThanWhatWasLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes := alone(rapid.IntRange(1, 4).Draw(t, "nodes"))
		n := int64(len(nodes))
		l := requests(rapid.Int64Range(n, 80).Draw(t, "max"), time.Hour)
		used := rapid.Int64Range(0, l.Max).Draw(t, "used")
		earlier := rapid.SliceOfN(rapid.Int64Range(0, used), 0, 3).Draw(t, "heard as well")
		late := rapid.Int64Range(used, l.Max).Draw(t, "heard late")
		asked := time.Now()
		answer := func(r *Limiter, used int64) {
			r.share.learn([]limits.Want{{Limit: l, Amount: 1, Remaining: l.Max - used}}, asked)
		}
		admitted := make([]atomic.Int64, n)
		call := func(r *Limiter, node, _ int) {
			if refusal, err := r.decide(context.Background(), id("call"), wants(l, 1)); err == nil && refusal == nil {
				admitted[node].Add(1)
			}
		}
		all(nodes, len(earlier)+1, func(r *Limiter, _, i int) { // overtaking each other
			if i == len(earlier) {
				answer(r, used)
			} else {
				answer(r, earlier[i])
			}
		})
		all(nodes, 30, call)
		before, total := make([]int64, n), int64(0)
		for i := range admitted {
			before[i] = admitted[i].Load()
			total += before[i]
		}
		require.LessOrEqual(t, used+total, l.Max)
		if len(earlier) == 0 && 30*n >= l.Max { // nothing is known of others, but for rounding all is given
			require.GreaterOrEqual(t, used+total, l.Max-2*n)
		}

		all(nodes, 1, func(r *Limiter, _, _ int) { answer(r, late) })
		all(nodes, 30, call)
		for i := range admitted {
			require.LessOrEqual(t, admitted[i].Load(), max(before[i], l.Max/n-(late+n-1)/n))
		}
	})
}

// Nobody hears of the last calls of the others. They are taken to have gone on as before.
func TestSharesHoldWhereNobodyHasHeardOfTheLastCallsOfOthers(t *testing.T) {
	server := servers.Redis(t)
	nodes := make([]*Limiter, 3)
	for i := range nodes {
		nodes[i] = hasty(t, server, Options{Nodes: func() int { return len(nodes) }})
		counted(t, nodes[i], requests(10, time.Minute)) // it is connected
	}
	l := requests(60, time.Hour)
	for i := range 23 {
		counted(t, nodes[i%3], l)
	}
	server.Pause(t)
	defer server.Resume(t)
	for _, r := range nodes {
		away(t, r)
	}
	passed := int64(23)
	for range 20 {
		for _, r := range nodes {
			if _, refusal, err := r.Reserve(t.Context(), id("call"), wants(l, 1)); err == nil && refusal == nil {
				passed++
			}
		}
	}
	require.LessOrEqual(t, passed, int64(60))
	require.GreaterOrEqual(t, passed, int64(54))
}
