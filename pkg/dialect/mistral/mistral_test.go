package mistral_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/mistral"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

const body = `{"random_seed":7,"model":"m","messages":[{"role":"user","content":"hi"}],"safe_prompt":true,` +
	`"tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"tool_choice":"any","stream":true,"guardrails":[]}`

func decoded(t require.TestingT, body string) (dialect.Head, api.Request) {
	h := dialect.Head{Op: api.OpChat}
	var r api.Request
	if err := mistral.Codec.Peek(&h, []byte(body)); err != nil {
		require.Fail(t, err.Message)
	}
	if err := mistral.Codec.DecodeRequest(&h, []byte(body), &r); err != nil {
		require.Fail(t, err.Message)
	}
	return h, r
}

func TestMistralsWordsAreUnderstood(t *testing.T) {
	_, r := decoded(t, body)
	require.Equal(t, api.Some[int64](7), r.Sampling.Seed)
	require.Equal(t, api.ToolRequired, r.ToolChoice.Mode)
	require.Empty(t, r.Extra, "what only Mistral knows goes to no other provider")
}

func TestABodyPassesToMistralAsItIs(t *testing.T) {
	h, _ := decoded(t, body)
	edits := mistral.Codec.AppendEdits(nil, &h, "m", &dialect.Quirks{})
	require.Equal(t, body, string(jsonx.Apply(nil, []byte(body), edits)))
}

func TestOwnFieldsGoWhereverTheyStand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := rapid.Permutation([]string{
			`"model":"m"`, `"messages":[{"role":"user","content":"hi"}]`, `"random_seed":1`, `"safe_prompt":true`, `"prompt_mode":null`, `"tool_choice":"auto"`,
		}).Draw(t, "members")
		text := ""
		for i, m := range members {
			if i > 0 {
				text += " , "
			}
			text += m
		}
		_, r := decoded(t, "{"+text+"}")
		require.Equal(t, api.Some[int64](1), r.Sampling.Seed)
		require.Empty(t, r.Extra)
		require.Len(t, r.Messages, 1)
	})
}

func TestAStreamEndsWithItsUsageUnasked(t *testing.T) {
	h := dialect.Head{Op: api.OpChat, Stream: true}
	w := mistral.Codec.Writer(&h)
	out := w.Append(nil, &api.Event{Kind: api.EventStart})
	out = w.Append(out, &api.Event{Kind: api.EventUsage, Usage: api.Usage{Known: true, Input: 3, Output: 4}})
	out = w.Append(out, &api.Event{Kind: api.EventEnd})
	require.Contains(t, string(out), `"prompt_tokens":3`)
	require.False(t, h.StreamUsage)
}

func TestAnswersHaveWhatTheSDKCannotDoWithout(t *testing.T) {
	h := dialect.Head{}
	out := mistral.Codec.AppendResponse(nil, &h, &api.Response{Op: api.OpEmbedding, Model: "m", Embeddings: [][]float32{{1}}})
	require.JSONEq(t, `{"id":"embd","object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[1]}],"usage":{"prompt_tokens":0,"total_tokens":0}}`, string(out))

	models := []api.Model{{ID: "a/b", OwnedBy: "a", InputLimit: 8}, {ID: "c", DisplayName: "C"}}
	out = mistral.Codec.AppendResponse(nil, &h, &api.Response{Op: api.OpModels, Models: models})
	require.JSONEq(t, `{"object":"list","data":[
		{"id":"a/b","object":"model","created":0,"owned_by":"a","max_context_length":8,"type":"base","capabilities":{"completion_chat":true,"function_calling":true,"vision":true}},
		{"id":"c","object":"model","created":0,"owned_by":"","name":"C","type":"base","capabilities":{"completion_chat":true,"function_calling":true,"vision":true}}]}`, string(out))
	h.Model = "c"
	out = mistral.Codec.AppendResponse(nil, &h, &api.Response{Op: api.OpModels, Models: models[1:]})
	require.Contains(t, string(out), `{"id":"c"`)
}
