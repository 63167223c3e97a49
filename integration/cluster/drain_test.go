//go:build integration

package cluster_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/integration/ports"
)

func TestANodeThatIsToldToDrainFinishesItsCallsAndLeaves(t *testing.T) {
	c := startCluster(t, 1, 2)
	worker := c.StartWorker("worker-a")
	worker.Ready()
	address := ports.Address(t)
	slow := nodes.Start(t, "slow mock", address, nil, "mock", "--chunks", "20", "--chunk-gap", "100ms", "--listen", address)
	slow.Ready()
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"providers":{"openai":{"network_config":{"base_url":"http://`+address+`"}}}}`)
	listed := func() int { return len(c.Admin(http.MethodGet, "/api/cluster/nodes", "")["nodes"].([]any)) }
	require.Eventually(t, func() bool { return listed() == 3 }, nodes.Patience, 10*time.Millisecond)

	under := c.stream(c.Edges[0])
	require.Equal(t, http.StatusAccepted, c.TryAdmin(http.MethodPost, "/api/cluster/nodes/edge-1/drain", ""))
	require.Equal(t, http.StatusAccepted, c.TryAdmin(http.MethodPost, "/api/cluster/nodes/worker-a/drain", ""))
	rest, err := io.ReadAll(under.Body)
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(string(rest), "data: [DONE]\n\n"), string(rest))
	c.Edges[0].Ended()
	worker.Ended()
	require.Eventually(t, func() bool { return listed() == 1 }, nodes.Patience, 10*time.Millisecond)
	require.Equal(t, http.StatusOK, c.Chat(c.Edges[1], "").Status)
	require.Equal(t, http.StatusNotFound, c.TryAdmin(http.MethodPost, "/api/cluster/nodes/edge-1/drain", ""))
}

func TestTheGatewayInOneProcessIsDrainedByItsOwnAdminAPI(t *testing.T) {
	mock := ports.Address(t)
	nodes.Start(t, "slow mock", mock, nil, "mock", "--chunks", "20", "--chunk-gap", "100ms", "--listen", mock).Ready()
	address, folder := ports.Address(t), t.TempDir()
	up := nodes.Start(t, "up", address, nil, "up", "--listen", address, "--data-dir", folder, "--node-id", "up-1", "--admin-token", nodes.AdminToken)
	up.Ready()
	admin := func(method, path, body string) int {
		req, err := http.NewRequest(method, up.URL(path), strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+nodes.AdminToken)
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		res.Body.Close()
		return res.StatusCode
	}
	require.Eventually(t, func() bool { // calls are answered before the admin API is there
		return admin(http.MethodPut, "/api/config?wait=applied", `{"providers":{"openai":{
			"keys":[{"name":"a","value":"sk-a-0123456789"}],"network_config":{"base_url":"http://`+mock+`"}}}}`) == http.StatusOK
	}, nodes.Patience, 10*time.Millisecond)
	c := &cluster{t: t}
	under := c.stream(up)
	require.Equal(t, http.StatusNotFound, admin(http.MethodPost, "/api/cluster/nodes/up-2/drain", ""))
	require.Eventually(t, func() bool { // once it has told itself of itself
		return admin(http.MethodPost, "/api/cluster/nodes/up-1/drain", "") == http.StatusAccepted
	}, nodes.Patience, 10*time.Millisecond)
	rest, err := io.ReadAll(under.Body)
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(string(rest), "data: [DONE]\n\n"), string(rest))
	up.Ended()
	require.Contains(t, up.Log.String(), `"draining"`)

	up.Run() // what it had is there
	up.Ready()
	again, err := nodes.Chat(up, "")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, again.Status)
	require.Equal(t, "openai", again.Header.Get("x-asbru-provider"))
}
