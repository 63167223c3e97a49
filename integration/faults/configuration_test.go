//go:build integration

package faults_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// commit changes the configuration and returns the revision.
func commit(c *nodes.Cluster, models int) uint64 {
	return uint64(c.Admin(http.MethodPatch, "/api/config?wait=applied", fmt.Sprintf(`{"client":{"metrics_models_max":%d}}`, models))["revision"].(float64))
}

// applied waits until a node has applied a revision, after what it has said already.
func applied(t *testing.T, node *nodes.Process, revision uint64, said int) {
	t.Helper()
	line := fmt.Sprintf(`"msg":"configuration applied","revision":%d,`, revision)
	require.Eventually(t, func() bool { return strings.Contains(node.Log.String()[said:], line) }, nodes.Patience, tick, "%s has not applied %d", node.Name, revision)
}

// config is what control knows of a node's configuration.
func config(t *testing.T, c *nodes.Cluster, node string) (s rollout.Status) {
	t.Helper()
	for _, m := range (&trial{Cluster: c, t: t}).members() {
		if m.Node == node {
			s = m.Config
		}
	}
	return s
}

func TestAnEdgeThatDiesOfAConfigurationServesByTheOneBefore(t *testing.T) {
	c := nodes.StartCluster(t, 1, 1)
	edge := c.Edges[0]
	before := commit(c, 101)
	deadly := commit(c, 102)
	edge.Kill()
	for range 2 {
		said := len(edge.Log.String())
		edge.Run()
		applied(t, edge, deadly, said)
		edge.Kill()
	}
	edge.Run()
	edge.Ready()
	require.Equal(t, http.StatusOK, call{}.must(t, edge).status)
	require.Eventually(t, func() bool {
		s := config(t, c, edge.Name)
		return s.Revision == before && s.Wanted == deadly && strings.Contains(s.Error, "is given up")
	}, nodes.Patience, 10*tick, "the operator is told")
	applied(t, edge, commit(c, 103), 0)
}

func TestAnEdgeWhoseDiskIsDamagedStartsWithTheConfigurationBefore(t *testing.T) {
	c := nodes.StartCluster(t, 1, 1)
	edge := c.Edges[0]
	before := commit(c, 101)
	newest := commit(c, 102)
	edge.Stop()
	c.NATS[0].Kill()
	name := filepath.Join(folder(c, edge), kept(t, c, edge, newest)+".snapshot")
	require.FileExists(t, name)
	require.NoError(t, os.WriteFile(name, []byte("not what the pointer names"), 0o600))

	said := len(edge.Log.String())
	edge.Run()
	edge.Ready()
	applied(t, edge, before, said)
	require.Contains(t, edge.Log.String()[said:], "a configuration that was kept cannot be used")
	require.Equal(t, http.StatusOK, call{}.must(t, edge).status)
	c.NATS[0].Run()
	c.NATS[0].Ready()
	applied(t, edge, newest, said)
}

// kept waits until an edge has a revision on its disk and returns its digest.
func kept(t *testing.T, c *nodes.Cluster, edge *nodes.Process, revision uint64) string {
	t.Helper()
	var pointer rollout.Pointer
	require.Eventually(t, func() bool {
		data, err := os.ReadFile(filepath.Join(folder(c, edge), "pointer"))
		var signed struct{ Pointer []byte }
		return err == nil && json.Unmarshal(data, &signed) == nil && json.Unmarshal(signed.Pointer, &pointer) == nil && pointer.Revision == revision
	}, nodes.Patience, tick, "%s has not kept %d", edge.Name, revision)
	return pointer.Digest
}

// folder is where an edge keeps configurations.
func folder(c *nodes.Cluster, edge *nodes.Process) string {
	return filepath.Join(c.Dir, edge.Name, "config")
}

func TestASnapshotThatIsDamagedInTheBucketIsAppliedByNobody(t *testing.T) {
	c := nodes.StartCluster(t, 1, 1)
	edge := c.Edges[0]
	revision := commit(c, 101)
	conn := join(t, c, bus.Control)
	damaged := []byte("not what the pointer names")
	require.NoError(t, rollout.NewRecord(conn).Put(t.Context(), kept(t, c, edge, revision), damaged))

	edge.Stop()
	edge.Run() // it has the snapshot on its disk
	edge.Ready()
	require.Equal(t, http.StatusOK, call{}.must(t, edge).status)
	fresh := c.StartEdge("fresh")
	require.Eventually(t, func() bool { s := config(t, c, "fresh"); return s.Wanted == revision && s.Error != "" }, nodes.Patience, 10*tick)
	require.Contains(t, fresh.Log.String(), "a configuration was not applied")

	status, said, err := c.AskAdmin(http.MethodPatch, "/api/config", `{}`)
	require.NoError(t, err)
	require.Equal(t, http.StatusInternalServerError, status)
	require.Contains(t, string(said), "snapshot_damaged")
	back := c.Admin(http.MethodPost, fmt.Sprintf("/api/config/versions/%d/rollback?wait=applied", revision-1), "")["revision"].(float64)
	applied(t, fresh, uint64(back), 0)
	applied(t, edge, uint64(back), 0)
	applied(t, fresh, commit(c, 102), 0)
	require.Equal(t, http.StatusOK, call{}.must(t, fresh).status)
}

// join joins the cluster as a node of a role.
func join(t *testing.T, c *nodes.Cluster, role bus.Role) *bus.Conn {
	t.Helper()
	key, err := secret.ParseKey(c.Secret)
	require.NoError(t, err)
	conn, err := bus.Connect(t.Context(), bus.Options{URLs: []string{c.URLs}, Role: role, Node: "test", Secret: key})
	require.NoError(t, err)
	t.Cleanup(conn.Close)
	return conn
}
