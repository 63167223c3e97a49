//go:build integration

package cluster_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/store"
)

// ledger returns how many calls the cluster's ledger has, and their output tokens.
func (c *cluster) ledger() (calls, output int64) {
	c.t.Helper()
	s, err := store.Open(c.t.Context(), "sqlite:"+filepath.Join(c.dir, "control", "asbru.db"))
	require.NoError(c.t, err)
	defer s.Close()
	totals, err := s.Ledger().Sum(c.t.Context(), store.Filter{})
	require.NoError(c.t, err)
	for _, t := range totals {
		calls += t.Calls
		output += t.Usage.Output
	}
	return calls, output
}

func TestTheLedgerHasEveryCallOnceWhateverHappensToNATS(t *testing.T) {
	c := startCluster(t, 1, 2)
	var sent atomic.Int64
	var asking sync.WaitGroup
	stop := make(chan struct{})
	for i := range 4 {
		asking.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				a, err := chat(c.edges[i%2], "")
				if err != nil || a.status != 200 {
					t.Error("a call failed", err, a.status, string(a.body))
					return
				}
				sent.Add(1)
			}
		})
	}
	reach := func(n int64) {
		t.Helper()
		from := sent.Load()
		require.Eventually(t, func() bool { return t.Failed() || sent.Load() >= from+n }, patience, time.Millisecond)
	}
	reach(500)
	c.nats[0].kill()
	reach(500)
	c.nats[0].run()
	reach(500)
	c.control.kill()
	reach(200)
	c.control.run()
	reach(200)
	close(stop)
	asking.Wait()
	c.edges[0].stop() // it tells the rest when it leaves
	c.edges[1].stop()
	// What the killed control held is delivered again when its time to acknowledge is over, half a minute.
	require.Eventually(t, func() bool { calls, _ := c.ledger(); return calls == sent.Load() }, 3*patience, 100*time.Millisecond, "%d calls were answered", sent.Load())
	calls, output := c.ledger()
	require.Equal(t, sent.Load(), calls)
	require.Positive(t, output)
	require.Zero(t, output%calls, fmt.Sprint("each call has the same output: ", output, " of ", calls))
}
