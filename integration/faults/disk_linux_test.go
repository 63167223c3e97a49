//go:build integration

package faults_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// inLedger waits until the ledger has so many calls, each of them once.
func inLedger(t *testing.T, c *nodes.Cluster, calls int64) {
	t.Helper()
	require.Eventually(t, func() bool { n, _ := c.Ledger(); return n >= calls }, nodes.Patience, 50*time.Millisecond)
	n, _ := c.Ledger()
	require.Equal(t, calls, n)
}

func asked(t *testing.T, edge *nodes.Process, calls int) {
	t.Helper()
	for range calls {
		require.Equal(t, http.StatusOK, call{}.must(t, edge).status)
	}
}

func TestAnEdgeWithoutDiskAndWithoutNATSServesAndForgetsNothing(t *testing.T) {
	c := nodes.StartCluster(t, 1, 1)
	edge := c.Edges[0]
	edge.FillDisk()
	c.NATS[0].Kill()
	asked(t, edge, 200)
	require.Eventually(t, func() bool { return strings.Contains(edge.Log.String(), "file too large") }, nodes.Patience, tick, "the log tells the operator")
	require.Contains(t, metrics(t, edge), "asbru_usage_lost_total 0", "all of it is in memory")
	edge.FreeDisk()
	c.NATS[0].Run()
	c.NATS[0].Ready()
	inLedger(t, c, 200)
}

func TestNATSWithoutDiskRefusesChangesAndLosesNoUsage(t *testing.T) {
	c := nodes.StartCluster(t, 1, 1)
	edge := c.Edges[0]
	c.NATS[0].FillDisk()
	asked(t, edge, 200)
	require.Equal(t, http.StatusServiceUnavailable, c.TryAdmin(http.MethodPatch, "/api/config", `{"client":{"metrics_models_max":100}}`))
	asked(t, edge, 1)
	c.NATS[0].Kill() // an operator makes room and starts it again
	c.NATS[0].Run()
	c.NATS[0].Ready()
	inLedger(t, c, 201)
	require.Eventually(t, func() bool {
		return c.TryAdmin(http.MethodPatch, "/api/config", `{"client":{"metrics_models_max":101}}`) == http.StatusOK
	}, nodes.Patience, 20*time.Millisecond)
}

func TestALedgerWithoutDiskIsCaughtUpWith(t *testing.T) {
	c := nodes.StartCluster(t, 1, 1)
	edge := c.Edges[0]
	asked(t, edge, 1)
	inLedger(t, c, 1)
	c.Control.FillDisk()
	asked(t, edge, 200)
	c.Control.Ready()
	c.Control.FreeDisk()
	inLedger(t, c, 201)
}
