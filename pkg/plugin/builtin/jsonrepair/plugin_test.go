package jsonrepair_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/jsonrepair"
)

func made(t testing.TB, settings string) plugin.Plugin {
	t.Helper()
	p, err := jsonrepair.Kind().Make(plugin.Env{Name: "r", Count: func(string) {}}, json.RawMessage(settings))
	require.NoError(t, err)
	return p
}

func call(format api.FormatKind) *plugin.Call {
	return &plugin.Call{Op: api.OpChat, Request: &api.Request{Format: api.Format{Kind: format}}}
}

func answer() *api.Response {
	return &api.Response{Choices: []api.Choice{{Parts: []api.Part{
		{Text: "```json\n{'a': 1}\n```"},
		{Kind: api.PartToolCall, Call: &api.ToolCall{Name: "f", Args: api.JSON(`{"x": [1,`)}},
	}}}}
}

func TestAnswersAreRepairedThatWereToBeJSON(t *testing.T) {
	for name, tc := range map[string]struct {
		settings   string
		format     api.FormatKind
		text, args string
	}{
		"asked for":     {`{}`, api.FormatSchema, `{"a": 1}`, `{"x": [1]}`},
		"not asked for": {`{}`, api.FormatUnset, "```json\n{'a': 1}\n```", `{"x": [1]}`},
		"always":        {`{"when":"always"}`, api.FormatUnset, `{"a": 1}`, `{"x": [1]}`},
		"no calls":      {`{"tool_calls":false}`, api.FormatJSON, `{"a": 1}`, `{"x": [1,`},
	} {
		t.Run(name, func(t *testing.T) {
			c, r := call(tc.format), answer()
			require.Nil(t, made(t, tc.settings).(plugin.AnswerHook).AfterAttempt(t.Context(), c, r, nil))
			require.Equal(t, tc.text, r.Choices[0].Parts[0].Text)
			require.Equal(t, tc.args, string(r.Choices[0].Parts[1].Call.Args))
		})
	}
	c := call(api.FormatJSON)
	failed := api.Errorf(api.KindTimeout, "timeout", "x")
	require.Equal(t, failed, made(t, `{}`).(plugin.AnswerHook).AfterAttempt(t.Context(), c, &api.Response{}, failed))
	require.Empty(t, c.Notes())
	good := &api.Response{Choices: []api.Choice{{Parts: []api.Part{{Text: `[1]`}}}}}
	require.Nil(t, made(t, `{}`).(plugin.AnswerHook).AfterAttempt(t.Context(), c, good, nil))
	require.Empty(t, c.Notes(), "there was nothing to repair")
}

// told returns the events of a stream that tells an answer in pieces of n bytes.
func told(r *api.Response, n int) []api.Event {
	var out []api.Event
	for _, e := range r.AppendEvents(nil) {
		for e.Kind == api.EventDelta && len(e.Text) > n {
			piece := e
			piece.Text, e.Text = e.Text[:n], e.Text[n:]
			out = append(out, piece)
		}
		out = append(out, e)
	}
	return out
}

// streamed takes a stream through the plugin, in windows of three events, and returns the texts
// of its deltas by part, and the answer that it tells.
func streamed(t testing.TB, p plugin.Plugin, c *plugin.Call, events []api.Event) (pieces map[int][]string, whole *api.Response) {
	t.Helper()
	pieces = map[int][]string{}
	var g api.Gatherer
	for len(events) > 0 {
		n := min(3, len(events))
		out, err := p.(plugin.StreamHook).OnEvents(t.Context(), c, events[:n:n])
		require.Nil(t, err)
		for i := range out {
			if out[i].Kind == api.EventDelta {
				pieces[out[i].Part] = append(pieces[out[i].Part], strings.Clone(out[i].Text))
			}
			g.Add(&out[i])
		}
		events = events[n:]
	}
	require.True(t, g.Ended())
	return pieces, g.Response()
}

func TestStreamsAreRepairedOnTheirWay(t *testing.T) {
	for _, n := range []int{1, 2, 5, 100} {
		c := call(api.FormatJSON)
		_, whole := streamed(t, made(t, `{}`), c, told(answer(), n))
		require.Equal(t, `{"a": 1}`, whole.Choices[0].Parts[0].Text)
		require.Equal(t, `{"x": [1]}`, string(whole.Choices[0].Parts[1].Call.Args))
		require.Equal(t, "json_repair:repaired", c.Notes())
	}
	c := call(api.FormatUnset)
	_, whole := streamed(t, made(t, `{"tool_calls":false}`), c, told(answer(), 4))
	require.Equal(t, answer().Choices[0].Parts[0].Text, whole.Choices[0].Parts[0].Text)
	require.Empty(t, c.Notes())
	require.False(t, plugin.Wants(made(t, `{"streams":"pass"}`), plugin.OnEvents))
}

func TestEachPieceOfAStreamCanBeAllJSONSoFar(t *testing.T) {
	r := &api.Response{Choices: []api.Choice{{Parts: []api.Part{{Text: `{"name": "Ann", "tags": ["a", "b"]}`}}}}}
	pieces, _ := streamed(t, made(t, `{"streams":"snapshots"}`), call(api.FormatJSON), told(r, 4))
	require.Greater(t, len(pieces[0]), 5)
	for _, piece := range pieces[0] {
		require.True(t, json.Valid([]byte(piece)), piece)
	}
	require.JSONEq(t, r.Choices[0].Parts[0].Text, pieces[0][len(pieces[0])-1])
}

func TestACallWithoutArgumentsStaysWithoutAny(t *testing.T) {
	r := &api.Response{Choices: []api.Choice{{Parts: []api.Part{{Kind: api.PartToolCall, Call: &api.ToolCall{Name: "f"}}}}}}
	pieces, _ := streamed(t, made(t, `{}`), call(api.FormatUnset), told(r, 4))
	require.Empty(t, pieces)
}

func BenchmarkAfterAttempt(b *testing.B) {
	p := made(b, `{}`).(plugin.AnswerHook)
	c := call(api.FormatJSON)
	r := &api.Response{Choices: []api.Choice{{Parts: []api.Part{{Text: `{"name": "Ann", "tags": ["a", "b"]}`}}}}}
	b.ReportAllocs()
	for b.Loop() {
		_ = p.AfterAttempt(b.Context(), c, r, nil)
	}
}
