package edge_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/job"
)

func TestAToolIsRunForWhoAsksFromElsewhereByTheKeysRights(t *testing.T) {
	d, records := withTools(t)
	run := func(key, body string) *job.Answer {
		return d.RunTo(t.Context(), &job.Request{Path: runPath, Credential: key, Body: []byte(body)}, nil)
	}
	a := run("sk-bf-math", addition)
	require.Equal(t, 200, a.Status, string(a.Body))
	require.JSONEq(t, `{"role":"tool","tool_call_id":"call_1","content":"3"}`, string(a.Body))
	require.Equal(t, "math only", (<-records).VirtualKey)
	for key, code := range map[string]string{"sk-bf-chat": "endpoint_blocked", "sk-bf-nobody": "virtual_key_not_found"} {
		a = run(key, addition)
		require.GreaterOrEqual(t, a.Status, 400)
		require.Contains(t, string(a.Body), code)
	}
	a = run("sk-bf-math", `{"function":{"name":"files-read","arguments":"{}"}}`)
	require.Equal(t, 404, a.Status)
	require.Contains(t, string(a.Body), "tool_not_found")
	require.Equal(t, 400, run("sk-bf-all", `{}`).Status)
}

// heard are the pieces of an answer.
type heard struct {
	head   *job.Answer
	pieces []string
	stop   func()
}

func (h *heard) Begin(head *job.Answer) error {
	h.head = head
	return nil
}

func (h *heard) Piece(b []byte) error {
	h.pieces = append(h.pieces, string(b))
	if h.stop != nil {
		h.stop()
	}
	return nil
}

func TestAStreamIsToldInItsPiecesAndEndsWithWhoListens(t *testing.T) {
	_, url := serveMock(t)
	d := open(t, over(url))
	asked := &job.Request{Path: "/v1/chat/completions", Body: []byte(`{"model":"openai/gpt-4o","stream":true,"messages":[{"role":"user","content":"one two three"}]}`)}
	h := &heard{}
	a := d.RunTo(t.Context(), asked, h)
	require.Equal(t, 200, a.Status)
	require.Empty(t, a.Body)
	require.Same(t, h.head, a)
	require.Equal(t, "openai", a.Headers["x-asbru-provider"])
	require.Contains(t, strings.Join(h.pieces, ""), "data: [DONE]")
	require.Contains(t, string(d.Run(t.Context(), asked).Body), "data: [DONE]", "whole, where nobody listens")

	ctx, leave := context.WithCancel(t.Context())
	require.Nil(t, d.RunTo(ctx, asked, &heard{stop: leave}))

	asked.Body = []byte(`{"model":"nobody/x","stream":true,"messages":[]}`)
	h = &heard{}
	a = d.RunTo(t.Context(), asked, h)
	require.GreaterOrEqual(t, a.Status, 400)
	require.NotEmpty(t, a.Body)
	require.Nil(t, h.head, "a refusal is no stream")
}
