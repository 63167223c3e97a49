package anthropic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

var chatHead = &dialect.Head{Op: api.OpChat, Model: "openai/gpt-5"}

func TestUsageCountsTheCacheAsInput(t *testing.T) {
	want := api.Usage{Input: 8195, CacheRead: 6039, CacheWrite: 2051, Output: 931, Reasoning: 320, Known: true}
	u, err := Codec.Inspect(api.OpChat, readFile(t, "testdata/answers/everything.json"))
	require.Nil(t, err)
	require.Equal(t, want, u)

	out := Codec.AppendResponse(nil, chatHead, &api.Response{Usage: want})
	require.EqualValues(t, 105, gjson.GetBytes(out, "usage.input_tokens").Int())
}

func TestUsageThatTheProviderDidNotSayIsNotKnown(t *testing.T) {
	u, err := Codec.Inspect(api.OpChat, []byte(`{"type":"message","content":[]}`))
	require.Nil(t, err)
	require.Equal(t, api.Usage{}, u)
}

func TestInspectOfCountTokens(t *testing.T) {
	u, err := Codec.Inspect(api.OpCountTokens, []byte(`{"input_tokens": 14}`))
	require.Nil(t, err)
	require.Equal(t, api.Usage{Input: 14, Known: true}, u)
	out := Codec.AppendResponse(nil, &dialect.Head{Op: api.OpCountTokens}, &api.Response{Usage: u})
	require.Equal(t, `{"input_tokens":14}`, string(out))
}

func TestInspectRefusesWhatIsNoAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		kind api.Kind
		code string
	}{
		"empty":          {"", api.KindUnavailable, "provider_bad_answer"},
		"markup":         {"<html><body>Bad gateway</body></html>", api.KindUnavailable, "provider_bad_answer"},
		"half":           {`{"type":"message","content":[{"type":"te`, api.KindUnavailable, "provider_bad_answer"},
		"array":          {`[]`, api.KindUnavailable, "provider_bad_answer"},
		"no content":     {`{"type":"message"}`, api.KindUnavailable, "provider_bad_answer"},
		"error":          {`{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`, api.KindOverloaded, ""},
		"foreign error":  {`{"error":{"message":"no such model","code":"x"}}`, api.KindUnavailable, "x"},
		"error of words": {`{"type":"error","error":"broken"}`, api.KindUnavailable, ""},
		"wordless error": {`{"type":"error"}`, api.KindUnavailable, "provider_bad_answer"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Codec.Inspect(api.OpChat, []byte(c.body))
			require.NotNil(t, err)
			require.Equal(t, c.kind, err.Kind)
			require.Equal(t, c.code, err.Code)
			require.NotEmpty(t, err.Message)
			require.NotContains(t, err.Message, "<")
			require.Equal(t, err, Codec.DecodeResponse(api.OpChat, []byte(c.body), &api.Response{}))
		})
	}
}

func TestInspectDoesNotAllocate(t *testing.T) {
	body := readFile(t, "testdata/answers/everything.json")
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = Codec.Inspect(api.OpChat, body) }))
}

func TestStopReasons(t *testing.T) {
	call := callPart("a", "{}")
	for name, c := range map[string]struct {
		choice api.Choice
		want   string
	}{
		"nothing said":             {api.Choice{}, "end_turn"},
		"stop":                     {api.Choice{Finish: api.FinishStop, FinishRaw: "stop"}, "end_turn"},
		"stop with a call":         {api.Choice{Finish: api.FinishStop, FinishRaw: "STOP", Parts: []api.Part{call}}, "tool_use"},
		"own word with a call":     {api.Choice{Finish: api.FinishStop, FinishRaw: "end_turn", Parts: []api.Part{call}}, "end_turn"},
		"stop string":              {api.Choice{Finish: api.FinishStop, StopSequence: "###"}, "stop_sequence"},
		"length":                   {api.Choice{Finish: api.FinishLength, FinishRaw: "length"}, "max_tokens"},
		"own word for length":      {api.Choice{Finish: api.FinishLength, FinishRaw: "model_context_window_exceeded"}, "model_context_window_exceeded"},
		"calls":                    {api.Choice{Finish: api.FinishToolCalls}, "tool_use"},
		"filter":                   {api.Choice{Finish: api.FinishFilter, FinishRaw: "SAFETY"}, "refusal"},
		"pause":                    {api.Choice{Finish: api.FinishPause}, "pause_turn"},
		"another dialect's reason": {api.Choice{Finish: api.FinishOther, FinishRaw: "MALFORMED_RESPONSE"}, "end_turn"},
	} {
		t.Run(name, func(t *testing.T) {
			out := Codec.AppendResponse(nil, chatHead, &api.Response{Choices: []api.Choice{c.choice}})
			require.Equal(t, c.want, gjson.GetBytes(out, "stop_reason").Str)
		})
	}
}

func TestReasonThatIsNewPassesInItsOwnDialect(t *testing.T) {
	var r api.Response
	require.Nil(t, Codec.DecodeResponse(api.OpChat, []byte(`{"type":"message","content":[],"stop_reason":"compaction"}`), &r))
	require.Equal(t, api.FinishOther, r.Choices[0].Finish)
	require.Equal(t, "compaction", gjson.GetBytes(Codec.AppendResponse(nil, chatHead, &r), "stop_reason").Str)
}

func TestAnswerOfAnotherDialect(t *testing.T) {
	r := &api.Response{
		ID: "chatcmpl-1", ExtraOf: "openai", ServiceTier: "default",
		Extra: []api.Field{{Name: "object", Value: api.JSON(`"x"`)}},
		Choices: []api.Choice{{Parts: []api.Part{
			{Kind: api.PartReasoning, Text: "hm", Signature: "s", SignatureOf: "genai"},
			{Kind: api.PartRedacted, Signature: "s", SignatureOf: "openai"},
			textPart(""),
			{Kind: api.PartRefusal, Text: "No."},
			{Kind: api.PartImage, Media: &api.Media{}},
			{Kind: api.PartOpaque, Raw: api.JSON(`{}`), RawOf: "genai"},
			{Kind: api.PartText, Text: "See.", Citations: []api.Citation{
				{URL: "https://example.com", Title: "E"}, {Text: "a page", RawOf: "genai"},
			}},
			{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "c1", Name: "f"}},
			{Kind: api.PartToolCall, Call: &api.ToolCall{ID: "c2", Name: "g", Args: api.JSON(`"say \"hi\""`), Custom: true}},
		}}},
	}
	require.JSONEq(t, `{
		"id":"chatcmpl-1","type":"message","role":"assistant","model":"openai/gpt-5",
		"content":[
			{"type":"thinking","thinking":"hm","signature":"^asbru.v1.genai.s"},
			{"type":"text","text":"No."},
			{"type":"text","text":"See.","citations":[{"type":"web_search_result_location","url":"https://example.com","title":"E","cited_text":"","encrypted_index":""}]},
			{"type":"tool_use","id":"c1","name":"f","input":{}},
			{"type":"tool_use","id":"c2","name":"g","input":{"input":"say \"hi\""}}
		],
		"stop_reason":"tool_use","stop_sequence":null,
		"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0,"service_tier":"standard"}
	}`, string(Codec.AppendResponse(nil, chatHead, r)))
}

func TestAnswerWithoutAnIDGetsOne(t *testing.T) {
	first := gjson.GetBytes(Codec.AppendResponse(nil, chatHead, &api.Response{}), "id").Str
	second := gjson.GetBytes(Codec.AppendResponse(nil, chatHead, &api.Response{}), "id").Str
	require.True(t, strings.HasPrefix(first, "msg_"))
	require.NotEqual(t, first, second)
}

func TestCallKeepsMembersThatTheVocabularyHasNoWordFor(t *testing.T) {
	const block = `{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1},"caller":{"type":"code_execution_20260120","tool_id":"srvtoolu_1"}}`
	var r api.Response
	require.Nil(t, Codec.DecodeResponse(api.OpChat, []byte(`{"type":"message","content":[`+block+`]}`), &r))
	require.JSONEq(t, `{"a":1}`, string(r.Choices[0].Parts[0].Call.Args))
	require.JSONEq(t, block, gjson.GetBytes(Codec.AppendResponse(nil, chatHead, &r), "content.0").Raw)
}

func TestEmptyModelListIsOnePage(t *testing.T) {
	out := Codec.AppendResponse(nil, &dialect.Head{Op: api.OpModels}, &api.Response{})
	require.JSONEq(t, `{"data":[],"has_more":false,"first_id":null,"last_id":null}`, string(out))
}

func TestModelOfAnotherDialectHasWhatTheSDKRequires(t *testing.T) {
	out := Codec.AppendResponse(nil, &dialect.Head{Op: api.OpModels},
		&api.Response{Models: []api.Model{{ID: "openai/gpt-5", OwnedBy: "openai"}}})
	require.JSONEq(t, `{"type":"model","id":"openai/gpt-5","display_name":"openai/gpt-5","created_at":"1970-01-01T00:00:00Z"}`,
		gjson.GetBytes(out, "data.0").Raw)
}
