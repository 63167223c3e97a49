//go:build integration

package faults_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/integration/servers"
)

// administered changes the configuration, which takes no longer than usual.
func administered(t *testing.T, c *nodes.Cluster, n int) {
	t.Helper()
	done := make(chan int, 1)
	go func() {
		done <- c.TryAdmin(http.MethodPatch, "/api/config?wait=applied", fmt.Sprintf(`{"client":{"metrics_models_max":%d}}`, 100+n))
	}()
	select {
	case status := <-done:
		require.Equal(t, http.StatusOK, status)
	case <-time.After(nodes.Patience):
		require.Fail(t, "control does not answer")
	}
}

// Whatever is wrong between control and PostgreSQL, calls and changes go on, and the
// ledger has each call once when it is over.
func TestTheLedgerIsCaughtUpWithAfterABadLinkToPostgreSQL(t *testing.T) {
	c := nodes.StartCluster(t, 1, 1)
	link := c.KeepLedgerIn(servers.Postgres(t))
	calls := 0
	more := func(n int) { asked(t, c.Edges[0], n); calls += n }
	for n, disturb := range []func(){
		func() { link.Disturb("latency", `"latency":300`) },
		func() { link.Disturb("reset_peer", `"timeout":0`) },
		link.Cut,
	} {
		more(100)
		disturb()
		more(100)
		administered(t, c, n)
		if n > 0 {
			written, _ := c.Ledger()
			require.Less(t, written, int64(calls), "usage waits")
		}
		link.Heal()
		inLedger(t, c, int64(calls))
	}
}

func TestTheLedgerHasEveryCallOnceWhateverHappensToPostgreSQL(t *testing.T) {
	c := nodes.StartCluster(t, 1, 2)
	server := servers.Postgres(t)
	c.KeepLedgerIn(server)
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
				if a, err := (call{}).ask(c.Edges[i%2]); err != nil || a.status != http.StatusOK {
					t.Error("a call failed", err, a.status, a.body)
					return
				}
				sent.Add(1)
			}
		})
	}
	reach := func(n int64) {
		t.Helper()
		from := sent.Load()
		require.Eventually(t, func() bool { return t.Failed() || sent.Load() >= from+n }, nodes.Patience, tick)
	}
	reach(200)
	server.Kill(t)
	reach(200)
	administered(t, c, 0)
	server.Start(t)
	reach(200)
	server.Stop(t)
	reach(200)
	close(stop)
	asking.Wait()
	server.Start(t)
	inLedger(t, c, sent.Load())
}
