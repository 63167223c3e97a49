//go:build integration

package cluster_test

import (
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

// stream begins a streamed answer and reads its first bytes.
func (c *cluster) stream(edge *nodes.Process) *http.Response {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, edge.URL("/v1/chat/completions"),
		strings.NewReader(`{"model":"openai/gpt-5-mini","stream":true,"messages":[{"role":"user","content":"Hello"}]}`))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	c.t.Cleanup(func() { res.Body.Close() })
	require.Equal(c.t, http.StatusOK, res.StatusCode)
	buf := make([]byte, 512)
	_, err = res.Body.Read(buf)
	require.NoError(c.t, err)
	return res
}

func TestAStreamWhoseWorkerIsLostEndsWithAnErrorAndNotAsIfItWereWhole(t *testing.T) {
	for name, lose := range map[string]func(*nodes.Process){
		"killed": (*nodes.Process).Kill,
		"hung":   (*nodes.Process).Pause,
	} {
		t.Run(name, func(t *testing.T) {
			c := startCluster(t, 1, 1)
			worker := c.StartWorker("worker-a")
			worker.Ready()
			address := ports.Address(t)
			slow := nodes.Start(t, "slow mock", address, nil, "mock", "--chunks", "600", "--chunk-gap", "100ms", "--listen", address)
			slow.Ready()
			c.Admin(http.MethodPatch, "/api/config?wait=applied", fmt.Sprintf(`{"providers":{"openai":{
				"network_config":{"base_url":"http://%s"},"concurrency_and_buffer_size":{"concurrency":1,"buffer_size":100}}}}`, slow.Address))
			c.stream(c.Edges[0]) // holds the edge's only slot
			res := c.stream(c.Edges[0])
			require.Equal(t, "worker-a", res.Header.Get("x-asbru-worker"))
			lose(worker)
			ended := make(chan string, 1)
			go func() {
				rest, _ := io.ReadAll(res.Body) // what it says tells how it ended
				ended <- string(rest)
			}()
			select {
			case rest := <-ended:
				require.Contains(t, rest, "stream_truncated")
				require.NotContains(t, rest, "[DONE]")
			case <-time.After(nodes.Patience):
				res.Body.Close()
				<-ended
				require.Fail(t, "the stream does not end")
			}
		})
	}
}
