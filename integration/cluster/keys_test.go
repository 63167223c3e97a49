//go:build integration

package cluster_test

import (
	"math"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// shares are the target and actual shares of the provider's keys over all nodes.
func (c *cluster) shares() (used float64, off float64) {
	c.t.Helper()
	for _, k := range c.Admin(http.MethodGet, "/api/cluster/keys", "")["keys"].([]any) {
		k := k.(map[string]any)
		used += k["used"].(float64)
		off = max(off, math.Abs(k["actual"].(float64)-k["target"].(float64)))
	}
	return used, off
}

func TestKeysHaveTheirSharesOverUnevenEdges(t *testing.T) {
	c := startCluster(t, 1, 3)
	const all = 5000
	var calling sync.WaitGroup
	for i, calls := range []int{all * 6 / 10, all * 3 / 10, all / 10} {
		for range 4 {
			calling.Go(func() {
				for range calls / 4 {
					if a, err := nodes.Chat(c.Edges[i], ""); err != nil || a.Status != http.StatusOK {
						t.Error("a call failed", err, a.Status)
						return
					}
				}
			})
		}
	}
	calling.Wait()
	require.Eventually(t, func() bool { used, _ := c.shares(); return used == all }, nodes.Patience, 50*time.Millisecond)
	_, off := c.shares()
	require.LessOrEqual(t, off, 0.0005, "of 1: 0.05 percentage points")
}
