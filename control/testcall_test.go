package control_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/audit"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/testcall"
)

const testCallPath = "/api/cluster/test-call"

// edge has an edge answer the calls that the desk asks for, until the test ends.
func (d *desk) edge(answer func(*job.Request, job.Pieces) *job.Answer) {
	d.edgeMakes(func(_ context.Context, r *job.Request, p job.Pieces) *job.Answer { return answer(r, p) })
}

func (d *desk) edgeMakes(maker testcall.Maker) {
	conn := d.cluster.Connect(d.t, bus.Edge, "edge-1")
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		err := testcall.Serve(ctx, conn, maker, slog.New(slog.DiscardHandler))
		if err != nil {
			d.t.Error(err)
		}
	})
	d.t.Cleanup(func() { stop(); running.Wait() })
	asker := testcall.NewAsker(d.cluster.Connect(d.t, bus.Control, "waits"))
	require.Eventually(d.t, func() bool {
		_, _, err := asker.Ask(d.t.Context(), &job.Request{})
		return err == nil
	}, 30*time.Second, time.Millisecond)
}

func TestATestCallShowsWhatAnEdgeAnswers(t *testing.T) {
	d := open(t)
	require.Equal(t, "no_edge", code(d.call(503, "POST", testCallPath, `{"request":{"model":"mock/mock"}}`)))
	heard, answers := make(chan job.Request, 10), make(chan job.Answer, 10)
	d.edge(func(r *job.Request, _ job.Pieces) *job.Answer {
		if r.Path == "" {
			return &job.Answer{} // it is only asked whether it is there
		}
		heard <- *r
		a := <-answers
		return &a
	})

	answers <- job.Answer{Status: 200, ContentType: "application/json", Headers: map[string]string{"x-asbru-provider": "mock"}, Body: []byte(`{"choices":[]}`)}
	got := d.call(200, "POST", testCallPath, `{"virtual_key":"sk-bf-its-value","provider_key":"main","request":{"model":"mock/mock","messages":[]}}`)
	id := got["headers"].(map[string]any)["x-request-id"].(string)
	require.NotEmpty(t, id)
	require.Equal(t, map[string]any{"x-request-id": id, "x-asbru-provider": "mock"}, got["headers"])
	require.EqualValues(t, 200, got["status"])
	require.Equal(t, "edge-1", got["node"])
	require.Equal(t, map[string]any{"choices": []any{}}, got["body"])
	require.Equal(t, job.Request{
		Path: "/v1/chat/completions", Credential: "sk-bf-its-value", Headers: map[string]string{"X-Request-Id": id, "X-Asbru-Key": "main"}, Body: []byte(`{"model":"mock/mock","messages":[]}`),
	}, <-heard)
	entries, err := d.store.Load().Audit().Page(t.Context(), audit.Filter{Operation: "test-call", Outcome: audit.Done}, 0, 10)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Contains(t, entries[0].Changes, "mock/mock")
	require.Contains(t, entries[0].Changes, id)
	require.NotContains(t, entries[0].Changes, "its-value")

	answers <- job.Answer{Status: 200, Body: []byte(`{"data":[]}`)}
	require.EqualValues(t, 200, d.call(200, "POST", testCallPath, `{"path":"/v1/models"}`)["status"])
	asked := <-heard
	require.Equal(t, "GET /v1/models", asked.Method+" "+asked.Path)

	answers <- job.Answer{Status: 200, Body: []byte(`{"role":"tool","content":"3"}`)}
	d.call(200, "POST", testCallPath, `{"path":"/v1/mcp/tool/execute","virtual_key":"sk-bf-its-value","request":{"id":"1","stream":true,"function":{"name":"math-add","arguments":"{\"a\":\"said\"}"}}}`)
	asked = <-heard
	require.Equal(t, "/v1/mcp/tool/execute sk-bf-its-value", asked.Path+" "+asked.Credential)
	entries, err = d.store.Load().Audit().Page(t.Context(), audit.Filter{Operation: "test-call", Outcome: audit.Done}, 0, 1)
	require.NoError(t, err)
	require.Contains(t, entries[0].Changes, "math-add")
	require.NotContains(t, entries[0].Changes, "said")

	answers <- job.Answer{Status: 502, Body: []byte("not \xff JSON")}
	got = d.call(200, "POST", testCallPath, `{"request":{}}`)
	require.EqualValues(t, 502, got["status"])
	require.Equal(t, "not \uFFFD JSON", got["body"])
	answers <- job.Answer{Status: 200, Body: []byte(strings.Repeat("1", testcall.MaxBytes+1))}
	require.Equal(t, "request_too_large", code(d.call(413, "POST", testCallPath, `{"request":{}}`)))
}

func TestATestCallIsOneChatAndNothingElse(t *testing.T) {
	d := open(t)
	for body, status := range map[string]int{
		`{"path":"/v1/files","request":{}}`:                               422,
		`{"virtual_key":"` + strings.Repeat("x", 501) + `","request":{}}`: 422,
		`{"request":"` + strings.Repeat("x", testcall.MaxBytes) + `"}`:    413,
		`{"request":{`: 400,
	} {
		d.call(status, "POST", testCallPath, body)
	}
}

func TestTheEndpointIsTheConfigurationsOrAnEdges(t *testing.T) {
	d := open(t)
	endpoint := func() map[string]any { return d.call(200, "GET", "/api/cluster/endpoint", "") }
	require.Equal(t, map[string]any{"url": "", "source": "none", "here": false}, endpoint())
	d.nodes.tell(
		member.State{Node: "a", Roles: []string{"edge"}, Address: "http://a:8080", Draining: true},
		member.State{Node: "b", Roles: []string{"worker"}, Address: "http://b:8080"},
		member.State{Node: "c", Roles: []string{"edge"}},
		member.State{Node: "d", Roles: []string{"edge"}, Address: "http://d:8080"},
	)
	require.Equal(t, map[string]any{"url": "http://d:8080", "source": "node", "here": false}, endpoint())
	d.call(422, "PATCH", "/api/config", `{"client":{"public_url":"gateway.example.com"}}`)
	d.call(200, "PATCH", "/api/config", `{"client":{"public_url":"https://gateway.example.com/"}}`)
	require.Equal(t, map[string]any{"url": "https://gateway.example.com", "source": "configuration", "here": false}, endpoint())
}
