//go:build integration

package cluster_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/integration/ports"
)

// startForeign starts a nats-server that is not ours, with the users that the program
// prints for it.
func startForeign(t *testing.T, address string) {
	t.Helper()
	users, err := exec.Command(filepath.Join("..", "..", "bin", "asbru"), "nats", "permissions").Output()
	require.NoError(t, err)
	for _, role := range []string{"EDGE", "WORKER", "CONTROL"} {
		t.Setenv("ASBRU_NATS_"+role+"_PASSWORD", "secret")
	}
	dir := t.TempDir()
	conf := filepath.Join(dir, "nats.conf")
	text := "listen: \"" + address + "\"\njetstream { store_dir: \"" + dir + "\", sync_interval: always }\n" + string(users)
	require.NoError(t, os.WriteFile(conf, []byte(text), 0o600))
	o, err := server.ProcessConfigFile(conf)
	require.NoError(t, err)
	o.NoSigs, o.NoLog = true, true
	s, err := server.NewServer(o)
	require.NoError(t, err)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	require.True(t, s.ReadyForConnections(nodes.Patience))
}

func TestAClusterStandsOnANATSOfSomebodyElses(t *testing.T) {
	address := ports.Address(t)
	startForeign(t, address)
	as := func(role string) string { return "nats://" + role + ":secret@" + address }
	c := &cluster{nodes.Prepare(t), t}
	c.URLs = as("control")
	c.Control = c.StartControl()
	c.Control.Ready()
	c.Provide(c.Mock.Address, "")
	c.URLs = as("edge")
	c.AddEdges(2)
	c.URLs = as("worker")
	c.StartWorker("worker-a").Ready()
	_, key := c.NewKey("")
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"client":{"enforce_auth_on_inference":true}}`)
	for _, e := range c.Edges {
		require.Equal(t, http.StatusUnauthorized, c.Chat(e, "").Status)
		require.Equal(t, http.StatusOK, c.Chat(e, key).Status)
	}
	id := c.job(202, c.Edges[0], http.MethodPost, "chat/completions", chatJob, "Authorization", "Bearer "+key).ID
	require.Eventually(t, func() bool {
		return c.job(200, c.Edges[1], http.MethodGet, id, "", "Authorization", "Bearer "+key).Status == "completed"
	}, nodes.Patience, 10*time.Millisecond)
	require.Eventually(t, func() bool { // two calls and a job
		calls, _ := c.Ledger()
		return calls == 3
	}, nodes.Patience, 10*time.Millisecond)
	require.Equal(t, http.StatusAccepted, c.TryAdmin(http.MethodPost, "/api/cluster/nodes/edge-1/drain", ""))
	c.Edges[0].Ended()
	require.Equal(t, http.StatusOK, c.Chat(c.Edges[1], key).Status)
}
