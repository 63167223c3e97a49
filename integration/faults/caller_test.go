//go:build integration

package faults_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// tick is how often a condition is looked at.
const tick = 5 * time.Millisecond

// call is what a caller asks; the zero value is a small one that is answered whole.
type call struct {
	model  string // "openai/gpt-5-mini" if empty
	id     string // told to the gateway, so that its row in the ledger is found
	key    string
	retry  string // its Idempotency-Key
	text   string
	stream bool
	more   string // further fields of the body, each with a comma before it
}

// begin sends a call to an edge and returns the answer's head.
func (c call) begin(edge *nodes.Process) (*http.Response, error) {
	if c.model == "" {
		c.model = "openai/gpt-5-mini"
	}
	if c.text == "" {
		c.text = "Hello"
	}
	if c.stream {
		c.more += `,"stream":true`
	}
	req, err := http.NewRequest(http.MethodPost, edge.URL("/v1/chat/completions"),
		strings.NewReader(fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":%q}]%s}`, c.model, c.text, c.more)))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if c.id != "" {
		req.Header.Set("x-request-id", c.id)
	}
	if c.retry != "" {
		req.Header.Set("Idempotency-Key", c.retry)
	}
	if c.key != "" {
		req.Header.Set("Authorization", "Bearer "+c.key)
	}
	return http.DefaultClient.Do(req)
}

// answer is what a caller got. A body that broke off is here as far as it came.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a call to an edge and reads the answer; the error is that of the connection.
func (c call) ask(edge *nodes.Process) (answer, error) {
	res, err := c.begin(edge)
	if err != nil {
		return answer{}, err
	}
	return read(res)
}

// read reads an answer to its end, or as far as it comes.
func read(res *http.Response) (answer, error) {
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(body)}, err
}

// must sends a call to an edge, which must answer, whatever it says.
func (c call) must(t *testing.T, edge *nodes.Process) answer {
	t.Helper()
	a, err := c.ask(edge)
	require.NoError(t, err)
	return a
}

// row waits for a call's row in the ledger. There is one, never more.
func row(t *testing.T, c *nodes.Cluster, id string) usage.Entry {
	t.Helper()
	var rows []usage.Entry
	require.Eventually(t, func() bool {
		rows = c.Rows(store.Filter{RequestID: id})
		return len(rows) > 0
	}, nodes.Patience, 50*time.Millisecond, "no row for %s", id)
	require.Len(t, rows, 1)
	return rows[0]
}

// metrics is what a node tells of itself.
func metrics(t *testing.T, node *nodes.Process) string {
	t.Helper()
	res, err := http.Get(node.URL("/metrics"))
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(text)
}
