//go:build integration

package cluster_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/integration/ports"
)

// job is what an edge tells of a job.
type job struct {
	ID         string `json:"id"`
	Status     string `json:"status"`
	Attempts   int    `json:"attempts"`
	StatusCode int    `json:"status_code"`
	Headers    map[string]string
	Result     json.RawMessage `json:"result"`
}

// job asks an edge about jobs, which must answer with a status.
func (c *cluster) job(status int, edge *nodes.Process, method, path, body string) (j job) {
	c.t.Helper()
	req, err := http.NewRequest(method, edge.URL("/v1/async/"+path), strings.NewReader(body))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, status, res.StatusCode, string(text))
	require.NoError(c.t, json.Unmarshal(text, &j))
	return j
}

func TestAJobOutlivesTheWorkerThatRunsIt(t *testing.T) {
	c := startCluster(t, 1, 2)
	address := ports.Address(t)
	slow := nodes.Start(t, "slow mock", address, nil, "mock", "--latency", "3s", "--listen", address)
	slow.Ready()
	c.Admin(http.MethodPatch, "/api/config?wait=applied", fmt.Sprintf(`{"providers":{"openai":{"network_config":{"base_url":"http://%s"}}}}`, slow.Address))
	a := c.StartWorker("worker-a")
	a.Ready()
	id := c.job(202, c.Edges[0], http.MethodPost, "chat/completions", `{"model":"openai/gpt-5-mini","messages":[{"role":"user","content":"Hello"}]}`).ID
	require.Eventually(t, func() bool {
		return c.job(200, c.Edges[1], http.MethodGet, id, "").Status == "processing"
	}, nodes.Patience, time.Millisecond)
	a.Kill()
	c.StartWorker("worker-b").Ready()
	var j job
	require.Eventually(t, func() bool { // NATS gives the job to another one after half a minute
		j = c.job(200, c.Edges[1], http.MethodGet, id, "")
		return j.Status == "completed"
	}, 2*nodes.Patience, 10*time.Millisecond)
	require.Equal(t, 2, j.Attempts)
	require.Equal(t, 200, j.StatusCode)
	require.Equal(t, "worker-b", j.Headers["x-asbru-node"])
	require.Contains(t, string(j.Result), "choices")
}
