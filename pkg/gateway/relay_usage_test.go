package gateway

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestTheUsageOfAnAnswerIsFoundHoweverItIsCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		member := rapid.SampledFrom([]string{
			`"data":[{"b64_json":"` + strings.Repeat("A", 3000) + `","usage":{"input_tokens":99}}]`, `"a\"usage":{"input_tokens":98}`,
			`"text":"\\\"usage\": {\"input_tokens\": 97}\\"`, `"usage_":1`, `"x":{"usage":{"input_tokens":96}}`, `"n":-1.5e3`, `"t":true`, `"é":"ü"`,
		})
		before, after := rapid.SliceOf(member).Draw(t, "before"), rapid.SliceOf(member).Draw(t, "after")
		has := rapid.Bool().Draw(t, "has")
		members := before
		if has {
			members = append(members, `"usage" : { "input_tokens" : 7 , "output_tokens" : 3 , "note" : "a } \" ," }`)
		}
		text := " {" + strings.Join(append(members, after...), " , ") + "}\n"
		var tap memberTap
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, max(1, min(len(rest), 200))).Draw(t, "piece")
			tap.see([]byte(rest[:n]))
			rest = rest[n:]
		}
		usage := tap.value()
		require.Equal(t, has, usage != nil, text)
		if has {
			u := relayUsage(usage)
			require.Equal(t, []int64{7, 3}, []int64{u.Input, u.Output})
		}
	})
}

func TestWhatIsNoObjectHasNoUsage(t *testing.T) {
	for _, text := range []string{"", "ID3\x04{\"usage\":{\"input_tokens\":1}}", `[{"usage":{"input_tokens":1}}]`, `"usage":{}`, `{"usage":{"input_tokens":1`, `{"usage":` + strings.Repeat("[", 5000)} {
		var tap memberTap
		tap.see([]byte(text))
		require.Nil(t, tap.value(), text)
	}
}

func TestUsageIsReadInEachDialect(t *testing.T) {
	for text, want := range map[string]api.Usage{
		`{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":3}}`: {Input: 5, Output: 2, CacheRead: 3, Known: true},
		`{"input_tokens":5,"output_tokens":2,"cache_read_input_tokens":3,"cache_creation_input_tokens":1}`:       {Input: 9, Output: 2, CacheRead: 3, CacheWrite: 1, Known: true},
		`{"promptTokenCount":5,"candidatesTokenCount":2,"thoughtsTokenCount":4,"totalTokenCount":11}`:            {Input: 5, Output: 6, Reasoning: 4, Known: true},
		`{"type":"tokens","input_tokens":14,"input_token_details":{"audio_tokens":14},"output_tokens":0}`:        {Input: 14, AudioIn: 14, Known: true},
		`{"total_tokens":9}`:                 {Input: 9, Known: true},
		`{"input_tokens":0}`:                 {Known: true},
		`{"type":"duration","seconds":3}`:    {},
		`{"input_tokens":-1}`:                {},
		`{"input_tokens":99999999999999999}`: {},
		`[]`:                                 {},
		`null`:                               {},
	} {
		require.Equal(t, want, relayUsage(jsonx.Value(text)), text)
	}
}

func TestARelayTapKnowsEndsErrorsAndUsage(t *testing.T) {
	see := func(open bool, events ...string) *relayTap {
		tap := &relayTap{codec: codecs.OpenAI, open: open}
		for _, data := range events {
			tap.See(&sse.Event{Data: []byte(data)})
		}
		return tap
	}
	tap := see(false, `{"type":"message_start","message":{"usage":{"input_tokens":5,"output_tokens":1}}}`, `{"type":"message_delta","usage":{"output_tokens":9}}`)
	require.Equal(t, []int64{5, 9}, []int64{tap.Usage().Input, tap.Usage().Output})
	require.False(t, tap.Finished())
	require.True(t, see(true, `{}`).Finished())
	require.True(t, see(false, `{"type":"transcript.text.done"}`).Finished())
	require.False(t, see(false, `{"type":"transcript.text.delta"}`).Finished())
	require.True(t, see(false, "[DONE]").Ended())
	require.NotNil(t, see(false, `{"error":{"message":"no"}}`).Err())
	require.NotNil(t, see(false, `{"type":"error","message":"no"}`).Err())
	require.Nil(t, see(false, `{"type":"x","text":"\"error\"","error":null}`).Err())
}

func TestTheModelOfAPassingRequestIsFoundOnlyWithoutDoubt(t *testing.T) {
	for _, c := range []struct{ path, body, want string }{
		{"/v1/chat/completions", `{"model":"m"}`, "m"},
		{"/v1/chat/completions", `{"model":"m","MODEL":"n"}`, ""},
		{"/v1/chat/completions", `{"model":"m"`, ""},
		{"/v1/chat/completions", `{"model":"a..b"}`, ""},
		{"/v1/batches", `{"model":"m"}`, ""},
		{"/v1beta/models/m:generateContent", `{}`, "m"},
		{"/v1beta/models/m:generateContent", `{"model":"n"}`, ""},
		{"/model/arn%3Aaws%3Ax%2Fm/converse", `{}`, "arn:aws:x/m"},
		{"/openai/deployments/d/chat/completions", `{"model":"d"}`, "d"},
	} {
		require.Equal(t, c.want, modelOfRelay(c.path, []byte(c.body)), "%s %s", c.path, c.body)
	}
}
