//go:build integration

package cluster_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
)

// batchOf is what an edge tells of a batch.
type batchOf struct {
	ID     string
	Status string
	Output string         `json:"output_file_id"`
	Counts map[string]int `json:"request_counts"`
}

// ask sends a request to an edge, which must answer with 200.
func (c *cluster) ask(edge *nodes.Process, method, path, contentType string, body io.Reader) []byte {
	c.t.Helper()
	req, err := http.NewRequest(method, edge.URL(path), body)
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", contentType)
	res, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, 200, res.StatusCode, string(text))
	return text
}

func (c *cluster) batch(edge *nodes.Process, method, path, contentType string, body io.Reader) (b batchOf) {
	c.t.Helper()
	require.NoError(c.t, json.Unmarshal(c.ask(edge, method, path, contentType, body), &b))
	return b
}

// upload uploads an input file of n lines.
func (c *cluster) upload(edge *nodes.Process, n int) string {
	c.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	require.NoError(c.t, w.WriteField("purpose", "batch"))
	file, err := w.CreateFormFile("file", "input.jsonl")
	require.NoError(c.t, err)
	for i := range n {
		fmt.Fprintf(file, `{"custom_id":"%d","method":"POST","url":"/v1/chat/completions","body":%s}`+"\n", i, chatJob)
	}
	require.NoError(c.t, w.Close())
	return c.batch(edge, http.MethodPost, "/v1/files?provider=asbru", w.FormDataContentType(), &form).ID
}

func TestABatchGoesOnWhereTheWorkerHasDiedThatRanIt(t *testing.T) {
	c := startCluster(t, 1, 2)
	const lines = 400
	var calls atomic.Int64
	c.provider(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		select {
		case <-time.After(100 * time.Millisecond): // an answer takes its time, so that there is a middle
			_, _ = io.WriteString(w, answerOf("Hello"))
		case <-r.Context().Done():
		}
	})
	took, other := c.Edges[0], c.Edges[1]
	order := `{"endpoint":"/v1/chat/completions","completion_window":"24h","input_file_id":"` + c.upload(took, lines) + `"}`
	a := c.StartWorker("worker-a")
	a.Ready()
	id := c.batch(took, http.MethodPost, "/v1/batches", "application/json", strings.NewReader(order)).ID
	b := batchOf{}
	comesTo := func(done int) {
		require.Eventually(t, func() bool {
			b = c.batch(other, http.MethodGet, "/v1/batches/"+id, "", nil)
			return b.Counts["completed"] >= done
		}, 2*nodes.Patience, 10*time.Millisecond)
	}
	comesTo(1)
	drained := c.StartWorker("worker-b")
	drained.Ready()
	a.Kill()
	comesTo(b.Counts["completed"] + 1) // NATS gives the batch to another one after half a minute
	drained.Stop()
	c.StartWorker("worker-c").Ready()
	comesTo(lines)
	require.Eventually(t, func() bool {
		b = c.batch(other, http.MethodGet, "/v1/batches/"+id, "", nil)
		return b.Status == "completed"
	}, nodes.Patience, 10*time.Millisecond)
	require.Equal(t, map[string]int{"total": lines, "completed": lines, "failed": 0}, b.Counts)

	seen := map[string]bool{}
	for line := range bytes.Lines(c.ask(other, http.MethodGet, "/v1/files/"+b.Output+"/content", "", nil)) {
		var r struct {
			CustomID string `json:"custom_id"`
		}
		require.NoError(t, json.Unmarshal(line, &r))
		require.False(t, seen[r.CustomID], "twice")
		seen[r.CustomID] = true
	}
	require.Len(t, seen, lines)
	require.Less(t, calls.Load(), int64(2*lines), "it has gone on, and not begun anew")
}
