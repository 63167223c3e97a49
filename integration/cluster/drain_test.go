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
