//go:build integration

package cluster_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// narrow gives each node two slots at the provider, which takes its time.
func (c *cluster) narrow() {
	c.t.Helper()
	address := freeAddress(c.t)
	slow := start(c.t, "slow mock", address, nil, "mock", "--latency", "300ms", "--listen", address)
	slow.ready()
	c.admin(http.MethodPatch, "/api/config?wait=applied", fmt.Sprintf(`{"providers":{"openai":{
		"network_config":{"base_url":"http://%s"},"concurrency_and_buffer_size":{"concurrency":2,"buffer_size":100}}}}`, slow.address))
}

// together asks an edge so many times at once, and returns which worker served
// each call; "" is the edge itself.
func (c *cluster) together(edge *process, calls int) []string {
	c.t.Helper()
	workers := make([]string, calls)
	var calling sync.WaitGroup
	for i := range calls {
		calling.Go(func() {
			a, err := chat(edge, "")
			if err != nil || a.status != http.StatusOK {
				c.t.Error("a call failed", err, a.status, string(a.body))
				return
			}
			workers[i] = a.header.Get("x-asbru-worker")
		})
	}
	calling.Wait()
	return workers
}

func TestCallsThatAnEdgeHasNoSlotForAreRunByWorkers(t *testing.T) {
	c := startCluster(t, 1, 1)
	a, b := c.startWorker("worker-a"), c.startWorker("worker-b")
	a.ready()
	b.ready()
	c.narrow()
	require.Eventually(t, func() bool {
		served := c.together(c.edges[0], 6)
		return slices.Contains(served, "worker-a") && slices.Contains(served, "worker-b") && slices.Contains(served, "")
	}, patience, time.Millisecond)

	// A worker that dies while it runs calls costs another try, and no call.
	killed := make(chan struct{})
	go func() {
		a.kill()
		close(killed)
	}()
	c.together(c.edges[0], 12)
	<-killed
	require.NotContains(t, c.together(c.edges[0], 6), "worker-a")
	b.stop()
}
