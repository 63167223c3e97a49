//go:build integration

package cluster_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/integration/ports"
	"github.com/asbru-gateway/asbru/pkg/bus"
)

// job is what an edge tells of a job.
type job struct {
	ID         string `json:"id"`
	Status     string `json:"status"`
	Attempts   int    `json:"attempts"`
	StatusCode int    `json:"status_code"`
	Headers    map[string]string
	Result     json.RawMessage `json:"result"`
	Location   string          `json:"location"`
}

// job asks an edge about jobs, which must answer with a status. headers are names and
// values in turn.
func (c *cluster) job(status int, edge *nodes.Process, method, path, body string, headers ...string) (j job) {
	c.t.Helper()
	require.NoError(c.t, json.Unmarshal([]byte(c.askJob(status, edge, method, path, body, headers...)), &j))
	return j
}

func (c *cluster) askJob(status int, edge *nodes.Process, method, path, body string, headers ...string) string {
	c.t.Helper()
	req, err := http.NewRequest(method, edge.URL("/v1/async/"+path), strings.NewReader(body))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, status, res.StatusCode, string(text))
	return string(text)
}

// provider makes a server in this process the provider.
func (c *cluster) provider(answer http.HandlerFunc) {
	c.t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not see a caller leave
		w.Header().Set("Content-Type", "application/json")
		answer(w, r)
	}))
	c.t.Cleanup(s.Close)
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"providers":{"openai":{"network_config":{"base_url":"`+s.URL+`"}}}}`)
}

// answerOf is a provider's answer with a text.
func answerOf(text string) string {
	return `{"id":"c1","object":"chat.completion","created":1,"model":"gpt-5-mini","choices":[{"index":0,"message":{"role":"assistant","content":"` +
		text + `"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`
}

func TestAJobOutlivesTheWorkerThatRunsIt(t *testing.T) {
	c := startCluster(t, 1, 2)
	address := ports.Address(t)
	slow := nodes.Start(t, "slow mock", address, nil, "mock", "--latency", "3s", "--listen", address)
	slow.Ready()
	c.Admin(http.MethodPatch, "/api/config?wait=applied", fmt.Sprintf(`{"providers":{"openai":{"network_config":{"base_url":"http://%s"}}}}`, slow.Address))
	a := c.StartWorker("worker-a")
	a.Ready()
	id := c.job(202, c.Edges[0], http.MethodPost, "chat/completions", chatJob).ID
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

func TestAJobIsFollowedAndCancelledOverAnEdgeThatDidNotTakeIt(t *testing.T) {
	c := startCluster(t, 1, 2)
	begun, left := make(chan struct{}, 2), make(chan struct{}, 2)
	goOn := make(chan struct{})
	c.provider(func(w http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		select {
		case <-goOn:
			_, _ = io.WriteString(w, answerOf("Hello"))
		case <-r.Context().Done():
			left <- struct{}{}
		}
	})
	c.StartWorker("worker-a").Ready()
	took, other := c.Edges[0], c.Edges[1]
	unwanted := c.job(202, took, http.MethodPost, "chat/completions", chatJob).ID
	awaitOne(t, begun)
	require.Equal(t, "cancelled", c.job(200, other, http.MethodDelete, unwanted, "").Status)
	awaitOne(t, left) // the provider's work ends with the job
	require.Equal(t, "cancelled", c.job(200, took, http.MethodGet, unwanted, "").Status)
	c.job(409, took, http.MethodDelete, unwanted, "")

	id := c.job(202, took, http.MethodPost, "chat/completions", chatJob).ID
	awaitOne(t, begun)
	close(goOn)
	events := strings.Split(strings.TrimSpace(c.askJob(200, other, http.MethodGet, id, "", "Accept", "text/event-stream")), "\n\n")
	last, found := strings.CutPrefix(events[len(events)-1], "event: job\ndata: ")
	require.True(t, found, events)
	var j job
	require.NoError(t, json.Unmarshal([]byte(last), &j))
	require.Equal(t, "completed", j.Status)
	require.Contains(t, string(j.Result), "Hello")
}

// awaitOne waits until something has happened.
func awaitOne(t *testing.T, happened <-chan struct{}) {
	t.Helper()
	select {
	case <-happened:
	case <-time.After(nodes.Patience):
		require.Fail(t, "it did not happen")
	}
}

func TestAJobWaitsForTheLimitOfItsKeyAndAPoisonJobForNobody(t *testing.T) {
	c := startCluster(t, 1, 2)
	_, key := c.NewKey(`,"rate_limit":{"request_max_limit":1,"request_reset_duration":"5s"}`)
	submit := func() string {
		return c.job(202, c.Edges[0], http.MethodPost, "chat/completions", chatJob, "Authorization", "Bearer "+key).ID
	}
	first, second := submit(), submit()
	poison := "job_00000000000000000000000000000000"
	c.poison(poison)
	worker := c.StartWorker("worker-a")
	worker.Ready()
	ends := map[string]job{}
	for _, id := range []string{first, second} {
		require.Eventually(t, func() bool {
			ends[id] = c.job(200, c.Edges[1], http.MethodGet, id, "", "Authorization", "Bearer "+key)
			return ends[id].Status == "completed"
		}, nodes.Patience, 10*time.Millisecond)
	}
	require.GreaterOrEqual(t, ends[first].Attempts+ends[second].Attempts, 3, "one was refused at first")
	require.Eventually(t, func() bool { return c.metric(worker, `asbru_jobs_total{step="failed"}`) == 1 }, nodes.Patience, 10*time.Millisecond)
	require.Contains(t, worker.Log.String(), poison)
	failed := c.Admin(http.MethodGet, "/api/jobs?status=failed", "")["jobs"].([]any)
	require.Len(t, failed, 1)
	require.Equal(t, poison, failed[0].(map[string]any)["id"])
}

// poison puts a job into the queue that nobody can read.
func (c *cluster) poison(id string) {
	c.t.Helper()
	conn := c.join(bus.Edge, "poisoner")
	kv, err := conn.Control.Bucket(c.t.Context(), bus.JobStates)
	require.NoError(c.t, err)
	_, err = kv.Create(c.t.Context(), id, []byte("{"))
	require.NoError(c.t, err)
	_, err = conn.Control.JS.Publish(c.t.Context(), bus.JobRun.At(id), nil)
	require.NoError(c.t, err)
}
