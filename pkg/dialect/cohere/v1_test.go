package cohere

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeV1 reads a request of the first version.
func decodeV1(t testing.TB, op api.Op, body string) (*dialect.Head, *api.Request) {
	t.Helper()
	h := &dialect.Head{Op: op, Legacy: true}
	require.Nil(t, Codec.Peek(h, []byte(body)))
	var r api.Request
	require.Nil(t, Codec.DecodeRequest(h, []byte(body), &r))
	return h, &r
}

func TestTheFirstVersionsConversationIsTheSecondOnes(t *testing.T) {
	tests := map[string]struct{ v1, v2 string }{
		"a history": {
			`{"model":"m","message":"c","preamble":"Be brief.","chat_history":[{"role":"SYSTEM","message":"s"},{"role":"USER","message":"a"},{"role":"CHATBOT","message":"b"}],"p":0.5,"prompt_truncation":"AUTO","connectors":[],"search_queries_only":false,"stream":false}`,
			`{"model":"m","messages":[{"role":"system","content":[{"type":"text","text":"Be brief."},{"type":"text","text":"s"}]},{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"text","text":"b"}]},{"role":"user","content":"c"}],"p":0.5}`,
		},
		"tools and their results in a history": {
			`{"model":"m","message":"","tools":[{"name":"f","description":"d","parameter_definitions":{"a":{"type":"str","required":true},"b":{"type":"List[int]","description":"x"},"c":{"type":"Any"}}}],
			"chat_history":[{"role":"USER","message":"a"},{"role":"CHATBOT","message":"plan","tool_calls":[{"name":"f","parameters":{"a":"1"}},{"name":"f","parameters":{}}]}],
			"tool_results":[{"call":{"name":"f","parameters":{"a":"1"}},"outputs":[{"x":1}]},{"call":{"name":"f"},"outputs":[{"x":2},{"x":3}]},{"call":{"name":"g"},"outputs":[]}]}`,
			`{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_plan":"plan","tool_calls":[
				{"id":"call_0","type":"function","function":{"name":"f","arguments":"{\"a\":\"1\"}"}},{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},
				{"role":"tool","tool_call_id":"call_0","content":"{\"x\":1}"},{"role":"tool","tool_call_id":"call_1","content":"[{\"x\":2},{\"x\":3}]"}],
			"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"array","items":{"type":"integer"},"description":"x"},"c":{}},"required":["a"]}}}]}`,
		},
		"results without the history": {
			`{"model":"m","message":"a","tool_results":[{"call":{"name":"f","parameters":{"a":"1"}},"outputs":[{"x":1}]}]}`,
			`{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"call_0","type":"function","function":{"name":"f","arguments":"{\"a\":\"1\"}"}}]},{"role":"tool","tool_call_id":"call_0","content":"{\"x\":1}"}]}`,
		},
		"documents and a schema": {
			`{"model":"m","message":"a","documents":[{"title":"t","snippet":"s"}],"response_format":{"type":"json_object","schema":{"type":"object"}}}`,
			`{"model":"m","messages":[{"role":"user","content":"a"}],"documents":[{"data":{"title":"t","text":"s"}}],"response_format":{"type":"json_object","json_schema":{"type":"object"}}}`,
		},
	}
	for what, tc := range tests {
		t.Run(what, func(t *testing.T) {
			_, r := decodeV1(t, api.OpChat, tc.v1)
			require.JSONEq(t, tc.v2, appendRequest(t, r))
		})
	}
}

func TestWhatTheSecondVersionCannotDoIsRefused(t *testing.T) {
	for _, member := range []string{`"connectors":[{"id":"web-search"}]`, `"conversation_id":"1"`, `"search_queries_only":true`, `"raw_prompting":true`} {
		body := []byte(`{"model":"m","message":"a",` + member + `}`)
		var r api.Request
		err := Codec.DecodeRequest(&dialect.Head{Op: api.OpChat, Legacy: true, Model: "m"}, body, &r)
		require.NotNil(t, err, member)
		require.Equal(t, "unsupported_field", err.Code)
	}
	err := Codec.Peek(&dialect.Head{Op: api.OpChat, Legacy: true}, []byte(`{"model":"m","messages":[{"role":"user","content":"a"}]}`))
	require.Equal(t, "message", err.Param)
}

func TestAnAnswerOfTheFirstVersionHasTheHistory(t *testing.T) {
	h, _ := decodeV1(t, api.OpChat, `{"model":"m","message":"b","chat_history":[{"role":"USER","message":"a"}],"tool_results":[{"call":{"name":"g"},"outputs":[]}]}`)
	r := &api.Response{ID: "1", Usage: api.Usage{Input: 3, Output: 4, Known: true}, Choices: []api.Choice{{
		Finish: api.FinishToolCalls,
		Parts: []api.Part{
			{Text: "I look.", Citations: []api.Citation{{URL: "https://example.com", End: 1, Text: "I"}}},
			{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "x", Name: "f", Args: api.JSON(`{"a":1}`)}},
		},
	}}}
	const calls = `[{"name":"f","parameters":{"a":1}}]`
	require.JSONEq(t, `{"response_id":"1","generation_id":"1","text":"I look.","finish_reason":"COMPLETE","tool_calls":`+calls+`,
		"citations":[{"start":0,"end":1,"text":"I","document_ids":["https://example.com"]}],
		"chat_history":[{"role":"USER","message":"a"},{"role":"USER","message":"b"},{"role":"TOOL","tool_results":[{"call":{"name":"g"},"outputs":[]}]},{"role":"CHATBOT","message":"I look.","tool_calls":`+calls+`}],
		"meta":{"api_version":{"version":"1"},"billed_units":{"input_tokens":3,"output_tokens":4},"tokens":{"input_tokens":3,"output_tokens":4}}}`,
		string(Codec.AppendResponse(nil, h, r)))
}

func TestAStreamOfTheFirstVersionIsAnObjectALine(t *testing.T) {
	h, _ := decodeV1(t, api.OpChat, `{"model":"m","message":"b","stream":true}`)
	w := Codec.Writer(h)
	require.Equal(t, "application/stream+json", w.ContentType())
	var out []byte
	for _, e := range []api.Event{
		{Kind: api.EventStart, ID: "1"},
		{Kind: api.EventPart, PartKind: api.PartReasoning},
		{Kind: api.EventDelta, PartKind: api.PartReasoning, Text: "Hm."},
		{Kind: api.EventPart, Part: 1},
		{Kind: api.EventDelta, Part: 1, Text: "I look\n"},
		{Kind: api.EventPart, Part: 2, PartKind: api.PartToolCall, Name: "f"},
		{Kind: api.EventDelta, Part: 2, PartKind: api.PartToolCall, Text: `{"a":`},
		{Kind: api.EventDelta, Part: 2, PartKind: api.PartToolCall, Text: `1}`},
		{Kind: api.EventFinish, Finish: api.FinishToolCalls},
		{Kind: api.EventUsage, Usage: api.Usage{Input: 1, Output: 2, Known: true}},
		{Kind: api.EventEnd},
	} {
		out = w.Append(w.Heartbeat(out), &e)
	}
	var kinds []string
	var last jsonx.Value
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); line != "" {
			last = jsonx.Value(line)
			require.NoError(t, jsonx.Valid(last), line)
			kinds = append(kinds, take.Text(last, "event_type"))
		}
	}
	require.Equal(t, []string{
		"stream-start", "text-generation", "tool-calls-chunk", "tool-calls-chunk", "tool-calls-chunk", "tool-calls-generation", "stream-end",
	}, kinds)
	require.Equal(t, "I look\n", take.Text(last, "response", "text"))
	require.JSONEq(t, `[{"name":"f","parameters":{"a":1}}]`, string(last.Get("response", "tool_calls")))

	w = Codec.Writer(h)
	out = w.Append(nil, &api.Event{Kind: api.EventError, Err: &api.Error{Message: "broken"}})
	require.Contains(t, string(out), `"is_finished":true,"event_type":"stream-end","finish_reason":"ERROR"`)
}

func TestEmbeddingsOfTheFirstVersionAreAListUnlessATypeIsAskedFor(t *testing.T) {
	h, r := decodeV1(t, api.OpEmbedding, `{"model":"m","texts":["a"],"input_type":"classification"}`)
	require.True(t, h.Legacy)
	require.Equal(t, "CLASSIFICATION", r.Embedding.Task)
	out := Codec.AppendResponse(nil, h, &api.Response{ID: "1", Embeddings: [][]float32{{1, 2}}, Usage: api.Usage{Input: 3, Known: true}})
	require.JSONEq(t, `{"id":"1","embeddings":[[1,2]],"texts":["a"],"meta":{"api_version":{"version":"1"},"billed_units":{"input_tokens":3}},"response_type":"embeddings_floats"}`, string(out))

	h, _ = decodeV1(t, api.OpEmbedding, `{"model":"m","texts":["a"],"embedding_types":["float"]}`)
	require.False(t, h.Legacy)
}

func TestARerankOfTheFirstVersionShowsDocuments(t *testing.T) {
	h, r := decodeV1(t, api.OpRerank, `{"model":"m","query":"q","documents":[{"title":"t","text":"x"},"plain"],"rank_fields":["title"],"return_documents":true,"max_chunks_per_doc":3}`)
	require.JSONEq(t, `{"model":"m","query":"q","documents":["title: t\n","plain"]}`, appendRequest(t, r))
	out := Codec.AppendResponse(nil, h, &api.Response{ID: "1", Ranks: []api.Rank{{Index: 0, Score: 1, Document: &r.Rerank.Documents[0]}, {Index: 1, Document: &r.Rerank.Documents[1]}}})
	require.JSONEq(t, `{"id":"1","results":[{"index":0,"relevance_score":1,"document":{"title":"t","text":"x"}},{"index":1,"relevance_score":0,"document":{"text":"plain"}}],
		"meta":{"api_version":{"version":"1"},"billed_units":{"input_tokens":0}}}`, string(out))
}

func TestTokensAreCountedOfOneText(t *testing.T) {
	r := decodeRequest(t, api.OpCountTokens, `{"model":"m","text":"some words"}`)
	require.JSONEq(t, `{"model":"m","text":"some words"}`, appendRequest(t, r))
	var answer api.Response
	require.Nil(t, Codec.DecodeResponse(api.OpCountTokens, []byte(`{"tokens":[10,11],"token_strings":["some"," words"]}`), &answer))
	require.EqualValues(t, 2, answer.Usage.Input)
	require.JSONEq(t, `{"tokens":[0,0],"token_strings":[],"meta":{"api_version":{"version":"1"}}}`,
		string(Codec.AppendResponse(nil, &dialect.Head{Op: api.OpCountTokens}, &answer)))
}

func FuzzV1(f *testing.F) {
	f.Add([]byte(`{"model":"m","message":"a","chat_history":[{"role":"CHATBOT","tool_calls":[{"name":"f"}]}],"tool_results":[{"call":{"name":"f"}}],"tools":[{"name":"f","parameter_definitions":{"a":{"type":"List[List[int"}}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		h := dialect.Head{Op: api.OpChat, Legacy: true}
		if Codec.Peek(&h, body) != nil {
			return
		}
		var r api.Request
		if Codec.DecodeRequest(&h, body, &r) != nil {
			return
		}
		if out, err := Codec.AppendRequest(nil, &r, &dialect.Quirks{}); err == nil {
			require.NoError(t, jsonx.Valid(out), "%s", out)
		}
		out := Codec.AppendResponse(nil, &h, &api.Response{})
		require.NoError(t, jsonx.Valid(out), "%s", out)
	})
}
