//go:build integration

package cluster_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

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
				a, err := nodes.Chat(c.Edges[i%2], "")
				if err != nil || a.Status != 200 {
					t.Error("a call failed", err, a.Status, string(a.Body))
					return
				}
				sent.Add(1)
			}
		})
	}
	reach := func(n int64) {
		t.Helper()
		from := sent.Load()
		require.Eventually(t, func() bool { return t.Failed() || sent.Load() >= from+n }, nodes.Patience, time.Millisecond)
	}
	reach(500)
	c.NATS[0].Kill()
	reach(500)
	c.NATS[0].Run()
	reach(500)
	c.Control.Kill()
	reach(200)
	c.Control.Run()
	reach(200)
	close(stop)
	asking.Wait()
	c.Edges[0].Stop() // it tells the rest when it leaves
	c.Edges[1].Stop()
	// What the killed control held is delivered again when its time to acknowledge is over, half a minute.
	require.Eventually(t, func() bool { calls, _ := c.Ledger(); return calls == sent.Load() }, 3*nodes.Patience, 100*time.Millisecond, "%d calls were answered", sent.Load())
	calls, output := c.Ledger()
	require.Equal(t, sent.Load(), calls)
	require.Positive(t, output)
	require.Zero(t, output%calls, fmt.Sprint("each call has the same output: ", output, " of ", calls))
}
