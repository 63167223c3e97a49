//go:build integration

package cluster_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stream begins a streamed answer and reads its first bytes.
func (c *cluster) stream(edge *process) *http.Response {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, edge.url("/v1/chat/completions"),
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
	for name, lose := range map[string]func(*process){
		"killed": (*process).kill,
		"hung":   func(p *process) { p.signal(syscall.SIGSTOP) },
	} {
		t.Run(name, func(t *testing.T) {
			c := startCluster(t, 1, 1)
			worker := c.startWorker("worker-a")
			worker.ready()
			address := freeAddress(t)
			slow := start(t, "slow mock", address, nil, "mock", "--chunks", "600", "--chunk-gap", "100ms", "--listen", address)
			slow.ready()
			c.admin(http.MethodPatch, "/api/config?wait=applied", fmt.Sprintf(`{"providers":{"openai":{
				"network_config":{"base_url":"http://%s"},"concurrency_and_buffer_size":{"concurrency":1,"buffer_size":100}}}}`, slow.address))
			c.stream(c.edges[0]) // holds the edge's only slot
			res := c.stream(c.edges[0])
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
			case <-time.After(patience):
				res.Body.Close()
				<-ended
				require.Fail(t, "the stream does not end")
			}
		})
	}
}
