package openai_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
)

// request makes a chat of one user message and the members given.
func request(tb testing.TB, members string) *api.Request {
	tb.Helper()
	r := decode(tb, api.OpChat, `{"model":"m",`+hi+members+`}`)
	return r
}

func TestRequestIsReadIntoTheVocabulary(t *testing.T) {
	r := decode(t, api.OpChat, string(golden(t, "requests")["turn.json"]))
	roles := []api.Role{}
	for _, m := range r.Messages {
		roles = append(roles, m.Role)
	}
	require.Equal(t, []api.Role{
		api.RoleUser, api.RoleAssistant, api.RoleTool, api.RoleAssistant, api.RoleDeveloper, api.RoleUser, api.RoleAssistant, api.RoleUser,
	}, roles, "a run of tool messages is one message")
	require.Len(t, r.Messages[2].Parts, 2)
	require.Equal(t, "call_b", r.Messages[2].Parts[1].Result.ID)
	require.Equal(t, api.JSON(`{"city": "Paris"}`), r.Messages[1].Parts[0].Call.Args)
	require.Equal(t, api.PartRefusal, r.Messages[6].Parts[0].Kind)

	r = decode(t, api.OpChat, string(golden(t, "requests")["image.json"]))
	image := r.Messages[0].Parts[2].Media
	require.Equal(t, &api.Media{MIME: "image/png", Data: "iVBORw0KGgoAAAANSUhEUg=="}, image)

	r = decode(t, api.OpChat, string(golden(t, "requests")["cache.json"]))
	require.Equal(t, &api.Cache{TTL: "1h"}, r.System[1].Cache)
	require.Equal(t, &api.Cache{}, r.Tools[0].Cache)
	require.Equal(t, "provider", r.Extra[0].Name)
}

func TestRequestTakesTheNewerLimit(t *testing.T) {
	require.EqualValues(t, 5, request(t, `,"max_completion_tokens":5,"max_tokens":9`).Sampling.MaxTokens.V)
	require.EqualValues(t, 9, request(t, `,"max_tokens":9`).Sampling.MaxTokens.V)
}

func TestRequestReadsEachToolChoice(t *testing.T) {
	for wire, want := range map[string]api.ToolChoice{
		`"auto"`:     {Mode: api.ToolAuto},
		`"none"`:     {Mode: api.ToolNone},
		`"required"`: {Mode: api.ToolRequired},
		`"any"`:      {Mode: api.ToolRequired},
		`null`:       {},
		`{"type":"function","function":{"name":"f"}}`:                                                                    {Mode: api.ToolNamed, Names: []string{"f"}},
		`{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}}`: {Mode: api.ToolAllowed, Names: []string{"f"}},
	} {
		t.Run(wire, func(t *testing.T) {
			require.Equal(t, want, request(t, `,"tool_choice":`+wire).ToolChoice)
		})
	}
}

func TestRequestCarriesSignaturesForTheirDialect(t *testing.T) {
	r := decode(t, api.OpChat, `{"model":"m","messages":[{"role":"user","content":"x"},
		{"role":"assistant","content":"","reasoning_content":"hm","reasoning_details":[
			{"type":"reasoning.text","text":"hm","signature":"s","format":"anthropic-claude-v1"},{"type":"reasoning.encrypted","data":"d","format":"unknown"}],
		 "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":""},"extra_content":{"google":{"thought_signature":"g"}}}]},
		{"role":"tool","tool_call_id":"a","content":""},
		{"role":"assistant","content":"y","thinking_blocks":[{"type":"thinking","thinking":"t","signature":"u"},{"type":"redacted_thinking","data":"v"}]}]}`)
	require.Equal(t, []api.Part{
		{Kind: api.PartReasoning, Text: "hm", Signature: "s", SignatureOf: "anthropic"},
		{Kind: api.PartRedacted, Signature: "d", SignatureOf: "openai"},
		{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "a", Name: "f", Args: api.JSON(`{}`)}, Signature: "g", SignatureOf: "genai"},
	}, r.Messages[1].Parts)
	require.Equal(t, []api.Part{
		{Kind: api.PartReasoning, Text: "t", Signature: "u", SignatureOf: "anthropic"},
		{Kind: api.PartRedacted, Signature: "v", SignatureOf: "anthropic"},
		{Text: "y"},
	}, r.Messages[3].Parts)

	plain := write(t, r, dialect.Quirks{})
	require.NotContains(t, plain, "reasoning")
	require.NotContains(t, plain, "extra_content")
	require.Contains(t, write(t, r, dialect.Quirks{ReasoningField: "reasoning"}), `"reasoning":"hm"`)
	all := write(t, r, dialect.Quirks{ReasoningField: "reasoning_details"})
	require.Contains(t, all, `"signature":"s"`)
	require.Contains(t, all, `"thought_signature":"g"`)
}

func TestRequestKeepsAGarbledCallInTheHistory(t *testing.T) {
	r := decode(t, api.OpChat, `{"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":"}}]}]}`)
	require.JSONEq(t, `{"malformed_arguments":"{\"x\":"}`, string(r.Messages[0].Parts[0].Call.Args))
}

func TestRequestRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ body, code, param string }{
		"a message that is no object": {`{"model":"m","messages":["x"]}`, "invalid_type", "messages[0]"},
		"an unknown role":             {`{"model":"m","messages":[{"role":"bot","content":"x"}]}`, "invalid_value", "messages[0].role"},
		"a user without content":      {`{"model":"m","messages":[{"role":"user"}]}`, "invalid_type", "messages[0].content"},
		"content that is a number":    {`{"model":"m","messages":[{"role":"user","content":1}]}`, "invalid_type", "messages[0].content"},
		"a result of no call":         {`{"model":"m","messages":[{"role":"tool","content":"x"}]}`, "missing_tool_call_id", "messages[0].tool_call_id"},
		"a temperature in words":      {`{"model":"m",` + hi + `,"temperature":"hot"}`, "invalid_type", "temperature"},
		"a tool without a name":       {`{"model":"m",` + hi + `,"tools":[{"type":"function","function":{}}]}`, "invalid_tool", "tools[0].function.name"},
		"tools that are no list":      {`{"model":"m",` + hi + `,"tools":{}}`, "invalid_type", "tools"},
		"a tool choice it knows not":  {`{"model":"m",` + hi + `,"tool_choice":"maybe"}`, "invalid_value", "tool_choice"},
		"a schema that is a text":     {`{"model":"m",` + hi + `,"response_format":{"type":"json_schema","json_schema":{"schema":"x"}}}`, "invalid_type", "response_format.json_schema.schema"},
		"functions of old":            {`{"model":"m",` + hi + `,"functions":[]}`, "unsupported_field", ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := dialect.Head{Op: api.OpChat}
			noError(t, openai.Codec.Peek(&h, []byte(tc.body)))
			err := openai.Codec.DecodeRequest(&h, []byte(tc.body), &api.Request{})
			require.NotNil(t, err)
			require.Equal(t, tc.code, err.Code)
			require.Equal(t, tc.param, err.Param)
		})
	}
}

func TestQuirksChangeWhatAProviderGets(t *testing.T) {
	r := decode(t, api.OpChat, `{"model":"m","stream":true,"max_completion_tokens":5,"messages":[{"role":"user","name":"ada","content":"x"},
		{"role":"developer","content":"y"}],"tools":[{"type":"function","function":{"name":"f","strict":true}}]}`)
	out := write(t, r, dialect.Quirks{MaxTokensField: "max_tokens", NoStreamUsage: true, NoStrict: true, NoNames: true, NoDeveloper: true})
	require.JSONEq(t, `{"model":"m","stream":true,"max_tokens":5,"messages":[{"role":"user","content":"x"},
		{"role":"system","content":"y"}],"tools":[{"type":"function","function":{"name":"f"}}]}`, out)
}

// foreign is a request as another dialect's decoder makes it.
func foreign(parts ...api.Part) *api.Request {
	return &api.Request{Op: api.OpChat, Model: "m", ExtraOf: "anthropic", Messages: []api.Message{{Parts: parts}}}
}

func TestRequestOfAnotherDialectBecomesPlainOpenAI(t *testing.T) {
	r := foreign(api.Part{Text: "x", Cache: &api.Cache{}})
	r.System = []api.Part{{Text: "s", Cache: &api.Cache{}}}
	r.Sampling.TopK = api.Some[int64](40)
	r.Reasoning.Budget = api.Some[int64](4000)
	r.Extra = []api.Field{{Name: "mcp_servers", Value: api.JSON(`[]`)}}
	r.ToolChoice = api.ToolChoice{Mode: api.ToolAuto, Parallel: api.Some(false)}
	r.Format = api.Format{Kind: api.FormatSchema, Schema: api.JSON(`{"type":"object"}`)}
	require.JSONEq(t, `{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"x"}],"reasoning_effort":"medium",
		"response_format":{"type":"json_schema","json_schema":{"name":"response","schema":{"type":"object"}}}}`, write(t, r, dialect.Quirks{}))
}

func TestRequestMovesImagesOfToolResultsBehindThem(t *testing.T) {
	r := foreign()
	result := func(id string, parts ...api.Part) api.Part {
		return api.Part{Kind: api.PartToolResult, Result: &api.ToolResult{ID: id, Parts: parts}}
	}
	r.Messages = []api.Message{{Role: api.RoleTool, Parts: []api.Part{
		result("a", api.Part{Text: "seen"}, api.Part{Kind: api.PartImage, Media: &api.Media{Data: "iVBORw0KGgo="}}), result("b"),
	}}}
	require.JSONEq(t, `{"model":"m","messages":[{"role":"tool","tool_call_id":"a","content":"seen"},{"role":"tool","tool_call_id":"b","content":""},
		{"role":"user","content":[{"type":"text","text":"Output of tool call a:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}]}`,
		write(t, r, dialect.Quirks{}))
}

func TestRequestWritesMediaOfOtherDialects(t *testing.T) {
	for name, tc := range map[string]struct {
		part api.Part
		want string
	}{
		"a sound by its type": {api.Part{Kind: api.PartAudio, Media: &api.Media{MIME: "audio/mpeg", Data: "AA=="}}, `{"type":"input_audio","input_audio":{"data":"AA==","format":"mp3"}}`},
		"a document of text":  {api.Part{Kind: api.PartFile, Media: &api.Media{Text: "words", Name: "T"}}, `{"type":"text","text":"T\n\nwords"}`},
		"a video":             {api.Part{Kind: api.PartVideo, Media: &api.Media{URL: "https://x/v.mp4"}}, `{"type":"video_url","video_url":{"url":"https://x/v.mp4"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			require.JSONEq(t, `{"model":"m","messages":[{"role":"user","content":[`+tc.want+`]}]}`, write(t, foreign(tc.part), dialect.Quirks{}))
		})
	}
}

func TestRequestFailsWhereLeavingOutWouldChangeTheMeaning(t *testing.T) {
	tool := foreign(api.Part{Text: "x"})
	tool.Tools = []api.Tool{{Name: "web_search", Raw: api.JSON(`{}`), RawOf: "anthropic"}}
	for name, r := range map[string]*api.Request{
		"another dialect's tool":    tool,
		"another dialect's block":   foreign(api.Part{Kind: api.PartOpaque, Raw: api.JSON(`{}`), RawOf: "anthropic"}),
		"a file by URL":             foreign(api.Part{Kind: api.PartFile, Media: &api.Media{URL: "https://x"}}),
		"an image in a file store":  foreign(api.Part{Kind: api.PartImage, Media: &api.Media{FileID: "f"}}),
		"a sound by URL":            foreign(api.Part{Kind: api.PartAudio, Media: &api.Media{URL: "https://x"}}),
		"an image of unknown type":  foreign(api.Part{Kind: api.PartImage, Media: &api.Media{Data: "AAAA"}}),
		"a picture without content": foreign(api.Part{Kind: api.PartImage}),
		"counting tokens":           {Op: api.OpCountTokens, Model: "m"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := openai.Codec.AppendRequest(nil, r, &dialect.Quirks{})
			require.NotNil(t, err)
			require.Contains(t, []api.Kind{api.KindUnsupported, api.KindInvalid}, err.Kind)
		})
	}
}

func TestEmbeddingsAreTheSameInBothEncodings(t *testing.T) {
	var r api.Response
	noError(t, openai.Codec.DecodeResponse(api.OpEmbedding, golden(t, "answers")["embedding_base64.json"], &r))
	require.Equal(t, [][]float32{{1, -0.5}}, r.Embeddings)
	out := openai.Codec.AppendResponse(nil, &dialect.Head{Op: api.OpEmbedding}, &r)
	require.Contains(t, string(out), `"embedding":[1,-0.5]`)
}

func TestEmbeddingsAreSortedByIndexOrRefused(t *testing.T) {
	var r api.Response
	noError(t, openai.Codec.DecodeResponse(api.OpEmbedding, []byte(`{"data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1]}]}`), &r))
	require.Equal(t, [][]float32{{1}, {2}}, r.Embeddings)
	for name, body := range map[string]string{
		"an index twice":      `{"data":[{"index":0,"embedding":[2]},{"index":0,"embedding":[1]}]}`,
		"an index too large":  `{"data":[{"index":9,"embedding":[2]}]}`,
		"words":               `{"data":[{"index":0,"embedding":["x"]}]}`,
		"base64 of odd size":  `{"data":[{"index":0,"embedding":"AAAAAAA="}]}`,
		"no embedding at all": `{"data":[{"index":0}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			require.NotNil(t, openai.Codec.DecodeResponse(api.OpEmbedding, []byte(body), &api.Response{}))
		})
	}
}

func TestModelsAreReadFromABareList(t *testing.T) {
	var r api.Response
	noError(t, openai.Codec.DecodeResponse(api.OpModels, []byte(` [{"id":"a","context_length":8192},{"object":"model"}]`), &r))
	require.Equal(t, []api.Model{{ID: "a", InputLimit: 8192}}, r.Models)
}

func TestPathsHaveNoVersion(t *testing.T) {
	for op, want := range map[api.Op]string{
		api.OpChat: "/chat/completions", api.OpCompletion: "/completions", api.OpEmbedding: "/embeddings", api.OpModels: "/models",
	} {
		require.Equal(t, want, string(openai.Codec.AppendPath(nil, op, "m", true)))
	}
}
