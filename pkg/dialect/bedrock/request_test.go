package bedrock

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

const (
	claude45 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
	claude48 = "anthropic.claude-opus-4-8-v1:0"
	nova2    = "us.amazon.nova-2-lite-v1:0"
)

func user(parts ...api.Part) api.Message { return api.Message{Parts: parts} }

// asked is what a request of another dialect's caller becomes, changed by change.
func asked(t *testing.T, model string, change func(r *api.Request)) string {
	t.Helper()
	r := api.Request{Op: api.OpChat, Model: model, ExtraOf: "openai", Messages: []api.Message{user(api.Part{Text: "hi"})}}
	if change != nil {
		change(&r)
	}
	b, err := Codec.AppendRequest(nil, &r, &dialect.Quirks{})
	require.Nil(t, err)
	return string(b)
}

const hi = `"messages":[{"role":"user","content":[{"text":"hi"}]}]`

func weather(r *api.Request) {
	r.Tools = []api.Tool{{Name: "w", Parameters: api.JSON(`{"type":"object"}`), Strict: api.Some(true)}, {Name: "x"}}
}

const (
	specW = `{"toolSpec":{"name":"w","inputSchema":{"json":{"type":"object"}}}}`
	specX = `{"toolSpec":{"name":"x","inputSchema":{"json":{"type":"object","properties":{}}}}}`
)

func TestRequestsAreSaidInConverse(t *testing.T) {
	called := func(r *api.Request) {
		r.Messages = append(r.Messages,
			api.Message{Role: api.RoleAssistant, Parts: []api.Part{{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "call/1", Name: "w", Args: api.JSON(`{"a":1}`)}}}},
			api.Message{Role: api.RoleTool, Parts: []api.Part{{Kind: api.PartToolResult, Result: &api.ToolResult{ID: "call/1", Parts: []api.Part{{Text: "sun"}}}}}},
		)
	}
	const spoken = `{"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"assistant","content":[{"text":"I called the tool w with {\"a\":1}."}]},{"role":"user","content":[{"text":"The tool answered: sun"}]}]}`
	for name, tc := range map[string]struct {
		model  string
		change func(r *api.Request)
		want   string
	}{
		"plain": {"amazon.nova-lite-v1:0", nil, `{` + hi + `}`},
		"settings": {"meta.llama3-8b-instruct-v1:0", func(r *api.Request) {
			r.Sampling = api.Sampling{MaxTokens: api.Some[int64](9), Temperature: api.Some(1.5), TopP: api.Some(0.5), TopK: api.Some[int64](3), Stop: []string{"x"}, Seed: api.Some[int64](1)}
		}, `{` + hi + `,"inferenceConfig":{"maxTokens":9,"temperature":1,"topP":0.5,"stopSequences":["x"]}}`},
		"Claude takes one of temperature and top_p": {claude45, func(r *api.Request) {
			r.Sampling = api.Sampling{Temperature: api.Some(0.5), TopP: api.Some(0.5), TopK: api.Some[int64](3)}
		}, `{` + hi + `,"inferenceConfig":{"temperature":0.5},"additionalModelRequestFields":{"top_k":3}}`},
		"or none": {claude48, func(r *api.Request) {
			r.Sampling = api.Sampling{Temperature: api.Some(0.5), TopK: api.Some[int64](3)}
		}, `{` + hi + `}`},
		"Nova has top_k elsewhere": {
			nova2, func(r *api.Request) { r.Sampling.TopK = api.Some[int64](3) },
			`{` + hi + `,"additionalModelRequestFields":{"inferenceConfig":{"topK":3}}}`,
		},
		"thinking by a budget": {
			claude45, func(r *api.Request) { r.Reasoning.Effort = "low" },
			`{` + hi + `,"inferenceConfig":{"maxTokens":10240},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2048}}}`,
		},
		"thinking by effort": {
			claude48, func(r *api.Request) { r.Reasoning.Effort = "high" },
			`{` + hi + `,"outputConfig":{"effort":"high"},"additionalModelRequestFields":{"thinking":{"type":"adaptive"}}}`,
		},
		"no room to think": {
			claude45, func(r *api.Request) { r.Reasoning.Effort, r.Sampling.MaxTokens = "low", api.Some[int64](100) },
			`{` + hi + `,"inferenceConfig":{"maxTokens":100}}`,
		},
		"Nova thinks at three levels": {
			nova2, func(r *api.Request) { r.Reasoning.Effort = "max" },
			`{` + hi + `,"additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}}`,
		},
		"and not at the highest with a limit": {
			nova2, func(r *api.Request) { r.Reasoning.Effort, r.Sampling.MaxTokens = "max", api.Some[int64](100) },
			`{` + hi + `,"inferenceConfig":{"maxTokens":100},"additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"medium"}}}`,
		},
		"tools": {
			nova2, func(r *api.Request) { weather(r); r.ToolChoice.Mode = api.ToolRequired },
			`{` + hi + `,"toolConfig":{"tools":[` + specW + `,` + specX + `],"toolChoice":{"any":{}}}}`,
		},
		"one call at a time": {
			claude45, func(r *api.Request) { weather(r); r.ToolChoice.Parallel = api.Some(false) },
			`{` + hi + `,"toolConfig":{"tools":[` + specW + `,` + specX + `]},"additionalModelRequestFields":{"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}}`,
		},
		"some tools": {nova2, func(r *api.Request) {
			weather(r)
			r.ToolChoice = api.ToolChoice{Mode: api.ToolAllowed, Names: []string{"x"}, Required: true}
		}, `{` + hi + `,"toolConfig":{"tools":[` + specX + `],"toolChoice":{"any":{}}}}`},
		"no call, without any before": {nova2, func(r *api.Request) { weather(r); r.ToolChoice.Mode = api.ToolNone }, `{` + hi + `}`},
		"no call, after some":         {nova2, func(r *api.Request) { weather(r); r.ToolChoice.Mode = api.ToolNone; called(r) }, spoken},
		"calls, and no tools":         {nova2, called, spoken},
		"calls": {
			nova2, func(r *api.Request) { weather(r); r.Tools = r.Tools[:1]; called(r) },
			`{"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"tooluse_` + wireCallID("call/1")[8:] + `","name":"w","input":{"a":1}}}]},` +
				`{"role":"user","content":[{"toolResult":{"toolUseId":"` + wireCallID("call/1") + `","content":[{"text":"sun"}]}}]}],"toolConfig":{"tools":[` + specW + `]}}`,
		},
		"a schema": {
			claude45, func(r *api.Request) {
				r.Format = api.Format{Kind: api.FormatSchema, Name: "n", Schema: api.JSON(`{"a":"b"}`)}
			},
			`{` + hi + `,"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"a\":\"b\"}","name":"n"}}}}}`,
		},
		"marks for a cache": {claude45, func(r *api.Request) {
			r.System = []api.Part{{Text: "s", Cache: &api.Cache{TTL: "1h"}}}
			r.Messages[0].Parts[0].Cache = &api.Cache{}
		}, `{"system":[{"text":"s"},{"cachePoint":{"type":"default","ttl":"1h"}}],"messages":[{"role":"user","content":[{"text":"hi"},{"cachePoint":{"type":"default"}}]}]}`},
		"and none where there is none": {"meta.llama3-8b-instruct-v1:0", func(r *api.Request) { r.Messages[0].Parts[0].Cache = &api.Cache{} }, `{` + hi + `}`},
		"documents": {claude45, func(r *api.Request) {
			r.Messages[0].Parts = []api.Part{
				{Kind: api.PartFile, Media: &api.Media{MIME: "application/pdf", Data: "JVBERi0x", Name: "my_report v1.0.pdf"}},
				{Kind: api.PartFile, Media: &api.Media{Text: "abc"}},
				{Kind: api.PartImage, Media: &api.Media{MIME: "image/jpeg", Data: "iVBORw0KGgo="}},
				{Kind: api.PartImage, Media: &api.Media{MIME: "image/png", URL: "s3://b/k.png"}},
			}
		}, `{"messages":[{"role":"user","content":[{"document":{"format":"pdf","name":"my report v1 0 pdf","source":{"bytes":"JVBERi0x"}}},` +
			`{"document":{"format":"txt","name":"document 2","source":{"bytes":"YWJj"}}},{"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}},` +
			`{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/k.png"}}}}]}]}`},
		"another's thoughts, and empty text": {claude45, func(r *api.Request) {
			r.Messages = append(r.Messages, api.Message{Role: api.RoleAssistant, Parts: []api.Part{
				{Kind: api.PartReasoning, Text: "hm", Signature: "s", SignatureOf: "anthropic"}, {Text: ""},
			}}, user(api.Part{Text: "on"}))
		}, `{"messages":[{"role":"user","content":[{"text":"hi"},{"text":"on"}]}]}`},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, asked(t, tc.model, tc.change)) })
	}
}

func TestWhatConverseCannotSayIsRefused(t *testing.T) {
	for name, change := range map[string]func(r *api.Request){
		"n":             func(r *api.Request) { r.Sampling.N = api.Some[int64](2) },
		"logit_bias":    func(r *api.Request) { r.Sampling.LogitBias = api.JSON(`{"1":1}`) },
		"spoken output": func(r *api.Request) { r.Audio = &api.AudioOut{} },
		"a picture":     func(r *api.Request) { r.Modalities = []string{"image"} },
		"a URL": func(r *api.Request) {
			r.Messages[0].Parts = []api.Part{{Kind: api.PartImage, Media: &api.Media{URL: "https://a/b.png"}}}
		},
		"a stored file": func(r *api.Request) {
			r.Messages[0].Parts = []api.Part{{Kind: api.PartFile, Media: &api.Media{FileID: "f"}}}
		},
		"a type": func(r *api.Request) {
			r.Messages[0].Parts = []api.Part{{Kind: api.PartImage, Media: &api.Media{MIME: "image/tiff", Data: "aGk="}}}
		},
		"another's tool":  func(r *api.Request) { r.Tools = []api.Tool{{Name: "search", Raw: api.JSON(`{}`), RawOf: "genai"}} },
		"tokens to embed": func(r *api.Request) { r.Op, r.Inputs = api.OpEmbedding, []api.Input{{Tokens: api.JSON(`[1]`)}} },
		"texts to Titan":  func(r *api.Request) { r.Op, r.Inputs = api.OpEmbedding, []api.Input{{Text: "a"}, {Text: "b"}} },
	} {
		r := api.Request{Op: api.OpChat, Model: "amazon.titan-embed-text-v2:0", ExtraOf: "openai", Messages: []api.Message{user(api.Part{Text: "hi"})}}
		change(&r)
		_, err := Codec.AppendRequest(nil, &r, &dialect.Quirks{})
		require.NotNil(t, err, name)
		require.Equal(t, api.KindUnsupported, err.Kind, name)
	}
}

func TestWhatOnlyBedrockHasIsKept(t *testing.T) {
	const body = `{"messages":[{"role":"user","content":[{"guardContent":{"text":{"text":"x"}}},{"image":{"format":"png","source":{"s3Location":{"uri":"s3://b/k","bucketOwner":"1"}}}}]}],` +
		`"inferenceConfig":{"new":1},"additionalModelRequestFields":{"thinking":{"type":"adaptive","display":"x"},"k":1},"guardrailConfig":{"guardrailIdentifier":"g"},"requestMetadata":{"a":"b"}}`
	h := dialect.Head{Op: api.OpChat, Model: claude45}
	require.Nil(t, Codec.Peek(&h, []byte(body)))
	var r api.Request
	require.Nil(t, Codec.DecodeRequest(&h, []byte(body), &r))
	got, err := Codec.AppendRequest(nil, &r, &dialect.Quirks{})
	require.Nil(t, err)
	require.JSONEq(t, body, string(got))
}

func TestErrorsHaveTheirKindByNameAndStatus(t *testing.T) {
	for _, tc := range []struct {
		status int
		named  string
		kind   api.Kind
		back   string
	}{
		{400, "ValidationException:http://internal.amazon.com/", api.KindInvalid, "ValidationException"},
		{400, "ServiceQuotaExceededException", api.KindRateLimit, "ServiceQuotaExceededException"},
		{403, "com.amazon.coral.service#UnrecognizedClientException", api.KindAuthentication, "UnrecognizedClientException"},
		{403, "", api.KindPermission, "AccessDeniedException"},
		{424, "", api.KindUnavailable, "ModelErrorException"},
		{429, "modelNotReadyException", api.KindOverloaded, "ModelNotReadyException"},
		{529, "", api.KindOverloaded, "InternalServerException"},
		{418, "", api.KindInvalid, "ValidationException"},
	} {
		e := Codec.DecodeError(tc.status, []byte(`{"Message":"m"}`))
		Codec.NameError(e, tc.named)
		require.Equal(t, tc.kind, e.Kind, tc)
		require.Equal(t, "m", e.Message)
		require.Equal(t, tc.back, Codec.ErrorName(e), tc)
	}
	e := Codec.DecodeError(502, []byte("<html>Bad gateway</html>"))
	require.NotContains(t, e.Message, "<")
	require.Nil(t, e.Raw)
}

func TestAModelIsOneSegmentOfThePath(t *testing.T) {
	require.Equal(t, "/model/arn%3Aaws%3Abedrock%3Aus%3A1%3Ax%2Fy%20z%25/converse-stream", string(Codec.AppendPath(nil, api.OpChat, "arn:aws:bedrock:us:1:x/y z%", true)))
	require.Equal(t, "/model/a.b-1~_/invoke", string(Codec.AppendPath(nil, api.OpEmbedding, "a.b-1~_", false)))
}
