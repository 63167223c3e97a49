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

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/integration/ports"
)

// narrow gives each node two slots at the provider, which takes its time.
func (c *cluster) narrow() {
	c.t.Helper()
	address := ports.Address(c.t)
	slow := nodes.Start(c.t, "slow mock", address, nil, "mock", "--latency", "300ms", "--listen", address)
	slow.Ready()
	c.Admin(http.MethodPatch, "/api/config?wait=applied", fmt.Sprintf(`{"providers":{"openai":{
		"network_config":{"base_url":"http://%s"},"concurrency_and_buffer_size":{"concurrency":2,"buffer_size":100}}}}`, slow.Address))
}

// together asks an edge so many times at once, and returns which worker served
// each call; "" is the edge itself.
func (c *cluster) together(edge *nodes.Process, calls int) []string {
	c.t.Helper()
	workers := make([]string, calls)
	var calling sync.WaitGroup
	for i := range calls {
		calling.Go(func() {
			a, err := nodes.Chat(edge, "")
			if err != nil || a.Status != http.StatusOK {
				c.t.Error("a call failed", err, a.Status, string(a.Body))
				return
			}
			workers[i] = a.Header.Get("x-asbru-worker")
		})
	}
	calling.Wait()
	return workers
}

func TestCallsThatAnEdgeHasNoSlotForAreRunByWorkers(t *testing.T) {
	c := startCluster(t, 1, 1)
	a, b := c.StartWorker("worker-a"), c.StartWorker("worker-b")
	a.Ready()
	b.Ready()
	c.narrow()
	require.Eventually(t, func() bool {
		served := c.together(c.Edges[0], 6)
		return slices.Contains(served, "worker-a") && slices.Contains(served, "worker-b") && slices.Contains(served, "")
	}, nodes.Patience, time.Millisecond)

	// A worker that dies while it runs calls costs another try, and no call.
	killed := make(chan struct{})
	go func() {
		a.Kill()
		close(killed)
	}()
	c.together(c.Edges[0], 12)
	<-killed
	require.NotContains(t, c.together(c.Edges[0], 6), "worker-a")
	b.Stop()
}
