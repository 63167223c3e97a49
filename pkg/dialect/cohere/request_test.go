package cohere

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

func user(parts ...api.Part) api.Message { return api.Message{Parts: parts} }

func TestWhatTheDialectSaysInItsOwnWay(t *testing.T) {
	hello := []api.Message{user(api.Part{Text: "Hello"})}
	two := []api.Tool{{Name: "a", Strict: api.Some(true)}, {Name: "b", Parameters: api.JSON(`{"type":"object"}`)}}
	const messages = `"messages":[{"role":"user","content":"Hello"}]`
	const toolA = `{"type":"function","function":{"name":"a","parameters":{"type":"object","properties":{}}}}`
	tests := map[string]struct {
		r    api.Request
		want string
	}{
		"sampling": {
			api.Request{Messages: hello, Sampling: api.Sampling{TopP: api.Some(0.5), TopK: api.Some[int64](3), Stop: []string{"x"}, LogProbs: api.Some(true)}},
			`{"model":"m",` + messages + `,"p":0.5,"k":3,"logprobs":true,"stop_sequences":["x"]}`,
		},
		"a named tool is the only one": {
			api.Request{Messages: hello, Tools: two, ToolChoice: api.ToolChoice{Mode: api.ToolNamed, Names: []string{"a"}}},
			`{"model":"m",` + messages + `,"tools":[` + toolA + `],"strict_tools":true,"tool_choice":"REQUIRED"}`,
		},
		"tools are strict if all are": {
			api.Request{Messages: hello, Tools: two},
			`{"model":"m",` + messages + `,"tools":[` + toolA + `,{"type":"function","function":{"name":"b","parameters":{"type":"object"}}}]}`,
		},
		"a choice without tools is left out": {
			api.Request{Messages: hello, ToolChoice: api.ToolChoice{Mode: api.ToolRequired}},
			`{"model":"m",` + messages + `}`,
		},
		"a plain-text document": {
			api.Request{Messages: []api.Message{user(api.Part{Kind: api.PartFile, Media: &api.Media{Text: "All of it.", Name: "a.txt"}}, api.Part{Text: "Hello"})}},
			`{"model":"m","messages":[{"role":"user","content":"Hello"}],"documents":[{"data":{"title":"a.txt","text":"All of it."}}]}`,
		},
		"low effort":  {api.Request{Messages: hello, Reasoning: api.Reasoning{Effort: "low"}}, `{"model":"m",` + messages + `,"thinking":{"type":"enabled","token_budget":2048}}`},
		"high effort": {api.Request{Messages: hello, Reasoning: api.Reasoning{Effort: "high"}}, `{"model":"m",` + messages + `,"thinking":{"type":"enabled"}}`},
		"no thoughts": {api.Request{Messages: hello, Reasoning: api.Reasoning{Budget: api.Some[int64](0)}}, `{"model":"m",` + messages + `,"thinking":{"type":"disabled"}}`},
		"another's signed thoughts stay behind, and text beside calls is the plan": {
			api.Request{Messages: []api.Message{{Role: api.RoleAssistant, Parts: []api.Part{
				{Kind: api.PartReasoning, Text: "Hm.", Signature: "s", SignatureOf: "anthropic"},
				{Text: "I look."},
				{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "1", Name: "a"}, Signature: "s", SignatureOf: "genai"},
			}}, {Role: api.RoleTool, Parts: []api.Part{{Kind: api.PartToolResult, Result: &api.ToolResult{ID: "1", Parts: []api.Part{
				{Text: "done"}, {Kind: api.PartImage, Media: &api.Media{URL: "https://example.com/a.png"}},
			}}}}}}},
			`{"model":"m","messages":[{"role":"assistant","tool_plan":"I look.","tool_calls":[{"id":"1","type":"function","function":{"name":"a","arguments":"{}"}}]},` +
				`{"role":"tool","tool_call_id":"1","content":"done"},` +
				`{"role":"user","content":[{"type":"text","text":"Output of tool call 1:"},{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]}`,
		},
	}
	for what, tc := range tests {
		t.Run(what, func(t *testing.T) {
			tc.r.Op, tc.r.Model = api.OpChat, "m"
			require.JSONEq(t, tc.want, appendRequest(t, &tc.r))
		})
	}
}

func TestWhatTheDialectCannotSayIsRefused(t *testing.T) {
	tests := map[string]api.Request{
		"two answers": {Messages: []api.Message{user(api.Part{Text: "x"})}, Sampling: api.Sampling{N: api.Some[int64](2)}},
		"a PDF":       {Messages: []api.Message{user(api.Part{Kind: api.PartFile, Media: &api.Media{MIME: "application/pdf", Data: "JVBERi0="}})}},
		"a sound":     {Messages: []api.Message{user(api.Part{Kind: api.PartAudio, Media: &api.Media{Data: "AAAA"}})}},
		"a tool of another dialect": {
			Messages: []api.Message{user(api.Part{Text: "x"})}, Tools: []api.Tool{{Name: "search", Raw: api.JSON(`{}`), RawOf: "anthropic"}},
		},
		"tokens to embed": {Op: api.OpEmbedding, Inputs: []api.Input{{Tokens: api.JSON(`[1]`)}}},
	}
	for what, r := range tests {
		t.Run(what, func(t *testing.T) {
			r.Op = max(r.Op, api.OpChat)
			_, err := Codec.AppendRequest(nil, &r, &dialect.Quirks{})
			require.NotNil(t, err)
			require.Equal(t, api.KindUnsupported, err.Kind)
		})
	}
}

func TestDocumentsStandBeforeTheUsersLastWords(t *testing.T) {
	r := decodeRequest(t, api.OpChat, `{"model":"m","messages":[{"role":"user","content":"Hello"},{"role":"assistant","content":"Hi"},{"role":"user","content":"Read."}],
		"documents":["plain",{"id":"1","data":{"title":"a.txt","text":"inside"}},{"data":{"a":"b","c":1}}],"safety_mode":"OFF"}`)
	require.Len(t, r.Messages, 3)
	parts := r.Messages[2].Parts
	require.Len(t, parts, 4)
	require.Equal(t, "plain", parts[0].Media.Text)
	require.Equal(t, "inside", parts[1].Media.Text)
	require.Equal(t, "a.txt", parts[1].Media.Name)
	require.JSONEq(t, `{"a":"b","c":1}`, parts[2].Media.Text)
	require.Equal(t, "Read.", parts[3].Text)
	require.Equal(t, []api.Field{{Name: "safety_mode", Value: api.JSON(`"OFF"`)}}, r.Extra)
}

func TestWrongTypesAreNamed(t *testing.T) {
	for member, param := range map[string]string{
		`"temperature":"hot"`:           "temperature",
		`"k":1.5`:                       "k",
		`"stop_sequences":"x"`:          "stop_sequences",
		`"tools":{}`:                    "tools",
		`"tools":[{"type":"function"}]`: "tools[0].function.name",
		`"tool_choice":"auto"`:          "tool_choice",
		`"thinking":{"type":"maybe"}`:   "thinking.type",
		`"thinking":{"type":"enabled","token_budget":"x"}`:      "thinking.token_budget",
		`"response_format":{"type":"xml"}`:                      "response_format.type",
		`"response_format":{"type":"json_object","schema":"x"}`: "response_format.json_schema",
		`"documents":"x"`:    "documents",
		`"strict_tools":"x"`: "strict_tools",
	} {
		body := []byte(`{"model":"m","messages":[{"role":"user","content":"x"}],` + member + `}`)
		h := dialect.Head{Op: api.OpChat}
		var r api.Request
		err := Codec.Peek(&h, body)
		if err == nil {
			err = Codec.DecodeRequest(&h, body, &r)
		}
		require.NotNil(t, err, member)
		require.Equal(t, param, err.Param, member)
	}
}

func TestEmbeddingsAreAskedForInTheFormThatTheCallerWants(t *testing.T) {
	r := decodeRequest(t, api.OpEmbedding, `{"model":"m","texts":["a"],"inputs":[{"content":[{"type":"text","text":"b"},{"type":"text","text":"c"}]}],"input_type":"search_query","output_dimension":4,"truncate":"END","embedding_types":["base64"]}`)
	require.Equal(t, []api.Input{{Text: "a"}, {Text: "b\nc"}}, r.Inputs)
	require.Equal(t, "RETRIEVAL_QUERY", r.Embedding.Task)
	require.JSONEq(t, `{"model":"m","texts":["a","b\nc"],"input_type":"search_query","output_dimension":4,"truncate":"END","embedding_types":["float"]}`, appendRequest(t, r))

	out := Codec.AppendResponse(nil, &dialect.Head{Op: api.OpEmbedding, Base64: true}, &api.Response{ID: "1", Embeddings: [][]float32{{1}}, Usage: api.Usage{Input: 3, Known: true}})
	require.JSONEq(t, `{"id":"1","embeddings":{"base64":["AACAPw=="]},"meta":{"api_version":{"version":"2"},"billed_units":{"input_tokens":3}},"response_type":"embeddings_by_type"}`, string(out))

	var own api.Request
	body := []byte(`{"model":"m","texts":["a"],"embedding_types":["int8"]}`)
	err := Codec.DecodeRequest(&dialect.Head{Op: api.OpEmbedding}, body, &own)
	require.NotNil(t, err)
	require.Equal(t, "embedding_types", err.Param)
}
