package anthropictext_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropictext"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/stretchr/testify/require"
)

// turns is a conversation in short: the system's prompt, and who says what.
func turns(r *api.Request) string {
	var b strings.Builder
	for _, p := range r.System {
		b.WriteString("S " + p.Text + "|")
	}
	for _, m := range r.Messages {
		b.WriteString(map[api.Role]string{api.RoleUser: "H ", api.RoleAssistant: "A "}[m.Role] + m.Parts[0].Text + "|")
	}
	return b.String()
}

func decode(t *testing.T, body string) (*dialect.Head, *api.Request) {
	t.Helper()
	h, r := &dialect.Head{Op: api.OpChat}, &api.Request{}
	require.Nil(t, anthropictext.Codec.Peek(h, []byte(body)))
	require.Nil(t, anthropictext.Codec.DecodeRequest(h, []byte(body), r))
	return h, r
}

func TestAPromptIsAConversation(t *testing.T) {
	for prompt, want := range map[string]string{
		"\n\nHuman: Hello, world!\n\nAssistant:":                  "H Hello, world!|",
		"\n\nHuman: One\n\nAssistant: Two\n\nHuman: Three":        "H One|A Two|H Three|",
		"Be brief.\n\nHuman: One\n\nAssistant:":                   "S Be brief.|H One|",
		"\n\nHuman: One\n\nAssistant: The answer is (":            "H One|A The answer is (|",
		"Human: One\n\nAssistant:":                                "H One|",
		"Once upon a time":                                        "H Once upon a time|",
		"\n\nHuman: a\nHuman: is no turn\n\nAssistant:":           "H a\nHuman: is no turn|",
		"\n\nHuman:\n\nHuman: first said nothing\n\nAssistant:  ": "H first said nothing|",
	} {
		_, r := decode(t, `{"model":"m","max_tokens_to_sample":9,"prompt":`+string(jsonx.AppendString(nil, prompt))+`}`)
		require.Equal(t, want, turns(r), prompt)
	}
	h, r := decode(t, `{"model":"p/m","prompt":"x","max_tokens_to_sample":9,"temperature":0.5,"top_p":0.9,"top_k":5,
		"stop_sequences":["a","b"],"metadata":{"user_id":"u"},"stream":true,"fallbacks":["q/n"]}`)
	require.Equal(t, "p/m", h.Model)
	require.True(t, h.Stream)
	require.EqualValues(t, 9, h.MaxTokens)
	require.Equal(t, []string{"q/n"}, h.Fallbacks)
	require.Equal(t, api.Sampling{
		MaxTokens: api.Some[int64](9), Temperature: api.Some(.5), TopP: api.Some(.9), TopK: api.Some[int64](5), Stop: []string{"a", "b"},
	}, r.Sampling)
	require.Equal(t, "u", r.User)
}

func TestWhatIsNoPromptIsRefused(t *testing.T) {
	for body, code := range map[string]string{
		`{"prompt":"x"}`:                                       "missing_model",
		`{"model":"m"}`:                                        "missing_prompt",
		`{"model":"m","prompt":" "}`:                           "missing_prompt",
		`{"model":"m","prompt":["x"]}`:                         "invalid_type",
		`{"model":"m","prompt":"x","Prompt":"y"}`:              "ambiguous_field",
		`{"model":"m","prompt":"x","prompt":"y"}`:              "duplicate_field",
		`{"model":"m","prompt":"x","max_tokens_to_sample":-1}`: "invalid_value",
	} {
		err := anthropictext.Codec.Peek(&dialect.Head{Op: api.OpChat}, []byte(body))
		require.NotNil(t, err, body)
		require.Equal(t, code, err.Code, body)
	}
	err := anthropictext.Codec.DecodeRequest(&dialect.Head{}, []byte(`{"prompt":"\n\nHuman:\n\nAssistant:"}`), &api.Request{})
	require.Equal(t, "missing_prompt", err.Code)
}

func TestAnAnswerSaysWhyItHasEnded(t *testing.T) {
	for _, tc := range []struct {
		choice api.Choice
		want   string
	}{
		{api.Choice{Finish: api.FinishStop}, `"stop_reason":"stop_sequence","stop":"\n\nHuman:"`},
		{api.Choice{Finish: api.FinishStop, StopSequence: "END"}, `"stop_reason":"stop_sequence","stop":"END"`},
		{api.Choice{Finish: api.FinishLength}, `"stop_reason":"max_tokens","stop":null`},
		{api.Choice{Finish: api.FinishFilter}, `"stop_reason":"refusal","stop":null`},
	} {
		tc.choice.Parts = []api.Part{{Kind: api.PartReasoning, Text: "hm"}, {Text: "Hel"}, {Text: "lo"}}
		r := &api.Response{ID: "c1", Choices: []api.Choice{tc.choice}, Usage: api.Usage{Known: true, Input: 3, Output: 2}}
		out := anthropictext.Codec.AppendResponse(nil, &dialect.Head{Model: "p/m"}, r)
		require.JSONEq(t, `{"type":"completion","id":"c1","completion":"Hello","model":"p/m",`+tc.want+`,"usage":{"input_tokens":3,"output_tokens":2}}`, string(out))
	}
}

func TestAStreamIsCompletions(t *testing.T) {
	w := anthropictext.Codec.Writer(&dialect.Head{Model: "p/m"})
	var out []byte
	for _, e := range []api.Event{
		{Kind: api.EventStart, ID: "c1", Model: "m"},
		{Kind: api.EventPart, PartKind: api.PartReasoning},
		{Kind: api.EventDelta, Text: "hm"},
		{Kind: api.EventPart, Part: 1, PartKind: api.PartText},
		{Kind: api.EventDelta, Part: 1, Text: "Hel"},
		{Kind: api.EventDelta, Part: 1, Text: "lo"},
		{Kind: api.EventFinish, Finish: api.FinishLength},
		{Kind: api.EventUsage, Usage: api.Usage{Known: true}},
		{Kind: api.EventEnd},
	} {
		out = w.Append(out, &e)
	}
	event := func(text, stop string) string {
		return "event: completion\ndata: {\"type\":\"completion\",\"id\":\"c1\",\"completion\":\"" + text + "\",\"model\":\"m\",\"stop_reason\":" + stop + ",\"stop\":null}\n\n"
	}
	require.Equal(t, event("Hel", "null")+event("lo", "null")+event("", `"max_tokens"`), string(out))
	require.Equal(t, "event: ping\ndata: {\"type\":\"ping\"}\n\n", string(w.Heartbeat(nil)))

	w = anthropictext.Codec.Writer(&dialect.Head{Model: "p/m"})
	out = w.Append(nil, &api.Event{Kind: api.EventError, Err: api.Errorf(api.KindOverloaded, "x", "no")})
	require.Contains(t, string(out), "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"")
	require.Empty(t, w.Append(nil, &api.Event{Kind: api.EventEnd}))
}

func FuzzDecodeRequest(f *testing.F) {
	f.Add([]byte(`{"model":"m","max_tokens_to_sample":9,"prompt":"a\n\nHuman: b\n\nAssistant: c"}`))
	f.Add([]byte(`{"model":"m","prompt":"Human:","stop_sequences":["x"],"metadata":{"user_id":"u"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		h, r := &dialect.Head{Op: api.OpChat}, &api.Request{}
		if anthropictext.Codec.Peek(h, body) != nil || anthropictext.Codec.DecodeRequest(h, body, r) != nil {
			return
		}
		require.NotEmpty(t, r.Messages)
		for _, m := range r.Messages {
			require.NotEmpty(t, m.Parts[0].Text)
		}
	})
}
