//go:build integration

package cluster_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/integration/ports"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// join has the test join the cluster as a node.
func (c *cluster) join(role bus.Role, node string) *bus.Conn {
	c.t.Helper()
	conn, err := bus.Connect(c.t.Context(), bus.Options{URLs: strings.Split(c.URLs, ","), Role: role, Node: node, Secret: c.key()})
	require.NoError(c.t, err)
	c.t.Cleanup(conn.Close)
	return conn
}

func (c *cluster) key() secret.Key {
	c.t.Helper()
	key, err := secret.ParseKey(c.Secret)
	require.NoError(c.t, err)
	return key
}

// warned waits until the admin API warns of a node.
func (c *cluster) warned(node, code string) {
	c.t.Helper()
	require.Eventually(c.t, func() bool { return c.warns(node, code) }, nodes.Patience, 10*time.Millisecond, "no warning %s of %s", code, node)
}

func (c *cluster) warns(node, code string) bool {
	c.t.Helper()
	return slices.ContainsFunc(c.Admin(http.MethodGet, "/api/cluster/nodes", "")["warnings"].([]any), func(w any) bool {
		warning := w.(map[string]any)
		return warning["node"] == node && warning["code"] == code
	})
}

// ofNode is what the admin API shows of a node.
func (c *cluster) ofNode(name string) map[string]any {
	c.t.Helper()
	for _, n := range c.Admin(http.MethodGet, "/api/cluster/nodes", "")["nodes"].([]any) {
		if node := n.(map[string]any); node["node"] == name {
			return node
		}
	}
	return nil
}

func TestAForgedPointerIsRefusedByNodesShownAndMended(t *testing.T) {
	c := startCluster(t, 1, 2)
	kv, err := c.join(bus.Control, "hostile").Control.Bucket(t.Context(), bus.Config)
	require.NoError(t, err)
	for _, forged := range []string{"junk", `{"pointer":"e30=","signature":"AAAA"}`} {
		_, err := kv.Put(t.Context(), "active", []byte(forged))
		require.NoError(t, err)
		c.warned("edge-1", "configuration_refused")
		c.warned("edge-2", "configuration_refused")
		require.Equal(t, http.StatusOK, c.Chat(c.Edges[0], "").Status)
		require.Eventually(t, func() bool {
			e, err := kv.Get(t.Context(), "active")
			return err == nil && string(e.Value()) != forged
		}, nodes.Patience, 10*time.Millisecond, "control puts in its place what is in force")
	}
	c.AddEdges(1) // finds a configuration
	require.Equal(t, http.StatusOK, c.Chat(c.Edges[2], "").Status)
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"enforce_auth_on_inference":true}}`)
	for _, e := range c.Edges {
		require.Equal(t, http.StatusUnauthorized, c.Chat(e, "").Status)
	}
}

func TestWhoHasNoPartInTheClusterIsRefusedAndCounted(t *testing.T) {
	c := startCluster(t, 1, 1)
	server := c.NATS[0]
	address := ports.Address(t)
	stranger := nodes.Start(t, "stranger", address, []string{"ASBRU_SECRET_KEY=" + secret.NewKey().Encode()}, "edge", "--listen", address,
		"--nats", c.URLs, "--data-dir", c.Dir+"/stranger", "--node-id", "stranger")
	stranger.Ended()
	require.Contains(t, stranger.Log.String(), "is --secret-key that of the cluster?")
	require.GreaterOrEqual(t, c.metric(server, `asbru_nats_refused_total{what="connection"}`), 1.0)

	edge := c.join(bus.Edge, "hostile").Control.NATS
	require.NoError(t, edge.Publish(bus.ConfigCommit.At(), []byte("{}")))
	require.NoError(t, edge.Publish(bus.NodeDrain.At("edge-1"), nil))
	require.NoError(t, edge.Flush())
	require.Eventually(t, func() bool { return c.metric(server, `asbru_nats_refused_total{what="subject"}`) >= 2 }, nodes.Patience, 10*time.Millisecond)
	require.Equal(t, http.StatusOK, c.Chat(c.Edges[0], "").Status)
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"metrics_models_max":100}}`)
}

func TestAnEdgeThatStandsStillHoldsUpNoOtherAndCatchesUp(t *testing.T) {
	c := startCluster(t, 1, 2)
	id, key := c.NewKey("")
	require.Equal(t, http.StatusOK, c.Chat(c.Edges[1], key).Status)
	c.Edges[1].Pause()
	c.Admin(http.MethodDelete, "/api/governance/virtual-keys/"+id, "")
	for i := range 100 {
		c.Admin(http.MethodPatch, "/api/config", fmt.Sprintf(`{"client":{"metrics_models_max":%d}}`, 100+i))
	}
	written := c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"enforce_auth_on_inference":true}}`) // of those that live
	require.Equal(t, http.StatusUnauthorized, c.Chat(c.Edges[0], "").Status)
	require.Nil(t, c.ofNode("edge-2"), "it is not taken for live")
	c.Edges[1].Resume()
	require.Eventually(t, func() bool {
		node := c.ofNode("edge-2")
		return node != nil && node["config"].(map[string]any)["revision"] == written["revision"]
	}, nodes.Patience, 10*time.Millisecond)
	require.Equal(t, http.StatusUnauthorized, c.Chat(c.Edges[1], "").Status)
	require.Eventually(t, func() bool { return c.Chat(c.Edges[1], key).Status == http.StatusForbidden }, nodes.Patience, 10*time.Millisecond)
}

func TestNodesOfNeighbouringVersionsWorkTogether(t *testing.T) {
	c := startCluster(t, 1, 1)
	newer := c.join(bus.Edge|bus.Control, "newer")
	kv, err := newer.Control.Bucket(t.Context(), bus.Nodes)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err := kv.Put(t.Context(), "newer", []byte(`{"node":"newer","version":"99.0.0","roles":["control"],"of_a_newer_version":{"x":1}}`))
		return err == nil && c.warns("newer", "other_version")
	}, nodes.Patience, 10*time.Millisecond)

	control := rollout.NewPublisher(rollout.NewRecord(newer), c.key())
	before, document, err := control.Newest(t.Context())
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(document.JSON, &fields))
	fields["of_a_newer_version"] = map[string]any{"x": 1}
	text, err := json.Marshal(fields)
	require.NoError(t, err)
	_, err = control.Commit(t.Context(), &config.Document{JSON: text}, rollout.Change{Parent: before.Revision})
	require.NoError(t, err)
	c.warned("edge-1", "configuration_not_applied")
	shown := c.ofNode("edge-1")["config"].(map[string]any)
	require.EqualValues(t, before.Revision, shown["revision"], "the one before stays in force")
	require.Contains(t, shown["error"], "of_a_newer_version")
	require.Equal(t, http.StatusOK, c.Chat(c.Edges[0], "").Status)

	c.Admin(http.MethodPost, fmt.Sprintf("/api/config/versions/%d/rollback?wait=applied", before.Revision), "{}")
	require.NotContains(t, c.ofNode("edge-1")["config"], "error")
}

func TestANodeThatCountsLimitsAloneIsShown(t *testing.T) {
	c := startCluster(t, 1, 1)
	require.Eventually(t, func() bool { return c.ofNode("edge-1")["counts"] == "shared" }, nodes.Patience, 10*time.Millisecond)
	c.Counts = ""
	worker := c.StartWorker("worker-a")
	worker.Ready()
	c.warned("worker-a", "counts_alone")
	require.Contains(t, worker.Log.String(), "no --redis")
}
