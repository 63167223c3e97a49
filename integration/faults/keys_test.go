//go:build integration

package faults_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
)

// keyShares is what the admin API tells of each of the provider's keys.
func keyShares(c *nodes.Cluster) map[string]map[string]any {
	keys := map[string]map[string]any{}
	for _, k := range c.Admin(http.MethodGet, "/api/cluster/keys", "")["keys"].([]any) {
		k := k.(map[string]any)
		keys[k["key"].(string)] = k
	}
	return keys
}

func TestAKeyThatFailsOnOneEdgeIsPassedOverByTheOthers(t *testing.T) {
	var failed atomic.Int64
	var mended atomic.Bool
	p := startProvider(t, mock.Options{Steer: func(_ int64, key, _ string) string {
		if key != "sk-a-0123456789" || mended.Load() {
			return ""
		}
		failed.Add(1)
		return "status-500"
	}})
	c := nodes.StartCluster(t, 1, 3)
	c.Provide(p.address, "")
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{}`)
	onAllEdges := func(nodes float64) bool { return keyShares(c)["a"]["broken"] == nodes }
	// Only the first edge has calls: it has all of the traffic.
	require.Eventually(t, func() bool {
		call{}.must(t, c.Edges[0])
		return onAllEdges(3)
	}, nodes.Patience, time.Millisecond)

	before, began := failed.Load(), time.Now()
	for range 100 {
		for _, e := range c.Edges {
			require.Equal(t, http.StatusOK, call{}.must(t, e).status, "a probe that fails is tried again with another key")
		}
	}
	probes := 2 + int64(time.Since(began)/(5*time.Second)) // one may have been under way, and one is due at once
	require.LessOrEqual(t, failed.Load()-before, probes, "all edges together send a probe now and then")

	mended.Store(true)
	require.Eventually(t, func() bool {
		for _, e := range c.Edges {
			call{}.must(t, e)
		}
		return onAllEdges(0)
	}, nodes.Patience, time.Millisecond)
}

func TestAKeyNearItsLimitsIsUsedLessByEveryEdge(t *testing.T) {
	p := startProvider(t, mock.Options{Steer: func(_ int64, key, _ string) string {
		if key == "sk-a-0123456789" {
			return "left-500" // of 10,000: a twentieth, for which it is used as if it weighed a quarter
		}
		return ""
	}})
	c := nodes.StartCluster(t, 1, 2)
	c.Provide(p.address, "")
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{}`)
	const calls = 400
	for range calls / 2 {
		for _, e := range c.Edges {
			require.Equal(t, http.StatusOK, call{}.must(t, e).status)
		}
	}
	var keys map[string]map[string]any
	require.Eventually(t, func() bool {
		keys = keyShares(c)
		return keys["a"]["used"].(float64)+keys["b"]["used"].(float64)+keys["c"]["used"].(float64) == calls
	}, nodes.Patience, tick)
	require.Equal(t, 2.0, keys["a"]["scarce"], "nodes")
	require.Zero(t, keys["b"]["scarce"])
	require.InDelta(t, 0.7, keys["a"]["target"], 1e-9)
	require.InDelta(t, 7.0/4/(7.0/4+2+1), keys["a"]["actual"], 0.04)
	require.InDelta(t, 2.0/(7.0/4+2+1), keys["b"]["actual"], 0.04)
}
