//go:build integration

package cluster_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// cluster is a cluster of which tests ask more than the harness knows.
type cluster struct {
	*nodes.Cluster
	t *testing.T
}

func startCluster(t *testing.T, servers, edges int) *cluster {
	t.Helper()
	return &cluster{nodes.StartCluster(t, servers, edges), t}
}

// startExact is startCluster for a test of counts that must be exact.
func startExact(t *testing.T, edges int) *cluster {
	t.Helper()
	c := startCluster(t, 1, 0)
	c.CountsTimeout = 5 * time.Second
	c.AddEdges(edges)
	return c
}

// restartControl stops control and runs it again.
func (c *cluster) restartControl() {
	c.t.Helper()
	c.Control.Stop()
	c.Control.Run()
	c.Control.Ready()
}

// metric is the value of a metric of a process, with its labels; 0 if it has none.
func (c *cluster) metric(p *nodes.Process, name string) float64 {
	c.t.Helper()
	res, err := http.Get(p.URL("/metrics"))
	require.NoError(c.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, name+" "); found {
			n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			require.NoError(c.t, err)
			return n
		}
	}
	return 0
}

func TestAConfigurationReachesEveryEdge(t *testing.T) {
	c := startCluster(t, 1, 3)
	for i := range 5 {
		written := c.Admin(http.MethodPatch, "/api/config?wait=applied", fmt.Sprintf(`{"client":{"enforce_auth_on_inference":%v}}`, i%2 == 0))
		for _, n := range c.Admin(http.MethodGet, "/api/cluster/nodes", "")["nodes"].([]any) {
			require.Equal(t, written["revision"], n.(map[string]any)["config"].(map[string]any)["revision"])
		}
		want := map[bool]int{true: 401, false: 200}[i%2 == 0]
		for _, e := range c.Edges {
			require.Equal(t, want, c.Chat(e, "").Status)
		}
	}
}

func TestAVirtualKeyWorksAndIsRevokedOnEveryEdge(t *testing.T) {
	c := startCluster(t, 1, 3)
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"enforce_auth_on_inference":true}}`)
	id, key := c.NewKey("")
	for _, e := range c.Edges {
		a := c.Chat(e, key)
		require.Equal(t, 200, a.Status, string(a.Body))
		require.Equal(t, e.Name, a.Header.Get("x-asbru-node"))
	}
	c.Admin(http.MethodDelete, "/api/governance/virtual-keys/"+id+"?wait=applied", "")
	for _, e := range c.Edges {
		require.Equal(t, 403, c.Chat(e, key).Status)
	}
}

func TestEdgesServeAndStartWithoutNATSAndCatchUpAfterwards(t *testing.T) {
	c := startCluster(t, 1, 2)
	require.Eventually(t, func() bool { // what an edge serves by is on its disk a moment later
		_, err := os.Stat(filepath.Join(c.Dir, c.Edges[1].Name, "config", "pointer"))
		return err == nil
	}, nodes.Patience, time.Millisecond)
	c.NATS[0].Kill()
	for range 20 {
		require.Equal(t, 200, c.Chat(c.Edges[0], "").Status)
	}
	c.Edges[1].Kill()
	c.Edges[1].Run()
	c.Edges[1].Ready()
	require.Equal(t, 200, c.Chat(c.Edges[1], "").Status)

	c.NATS[0].Run()
	c.NATS[0].Ready()
	require.Eventually(t, func() bool { // control has its connection again
		res, err := http.Get(c.Control.URL("/readyz"))
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, nodes.Patience, 10*time.Millisecond)
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"enforce_auth_on_inference":true}}`)
	for _, e := range c.Edges {
		require.Eventually(t, func() bool {
			a, err := nodes.Chat(e, "")
			return err == nil && a.Status == 401
		}, nodes.Patience, 10*time.Millisecond)
	}
}

func TestAServerOfThreeMayDie(t *testing.T) {
	c := startCluster(t, 3, 2)
	for i := range 3 {
		c.NATS[i].Kill()
		require.Eventually(t, func() bool {
			req, err := http.NewRequest(http.MethodPatch, c.Control.URL("/api/config"), strings.NewReader(fmt.Sprintf(`{"client":{"metrics_models_max":%d}}`, 100+i)))
			if err != nil {
				return false
			}
			req.Header.Set("Authorization", "Bearer "+nodes.AdminToken)
			req.Header.Set("Content-Type", "application/json")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				return false
			}
			res.Body.Close()
			return res.StatusCode == http.StatusOK
		}, nodes.Patience, 20*time.Millisecond, "no write after server %d died", i+1)
		for _, e := range c.Edges {
			require.Equal(t, 200, c.Chat(e, "").Status)
		}
		c.NATS[i].Run()
		c.NATS[i].Ready()
	}
}
