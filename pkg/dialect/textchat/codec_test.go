package textchat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropic"
	"github.com/asbru-gateway/asbru/pkg/dialect/textchat"
)

func TestAPromptIsAskedAsAUsersMessage(t *testing.T) {
	c := textchat.Codec(anthropic.Codec)
	r := &api.Request{
		Op: api.OpCompletion, Model: "m", Inputs: []api.Input{{Text: "Once"}}, Sampling: api.Sampling{MaxTokens: api.Some[int64](9), Stop: []string{"."}},
	}
	body, err := c.AppendRequest(nil, r, &dialect.Quirks{})
	require.Nil(t, err)
	require.JSONEq(t, `{"model":"m","max_tokens":9,"stop_sequences":["."],"messages":[{"role":"user","content":[{"type":"text","text":"Once"}]}]}`, string(body))
	require.Equal(t, api.OpCompletion, r.Op, "the call's own request stays as it is")
	require.Empty(t, r.Messages)
	require.Equal(t, "/messages", string(c.AppendPath(nil, api.OpCompletion, "m", false)))

	var answer api.Response
	require.Nil(t, c.DecodeResponse(api.OpCompletion, []byte(`{"type":"message","role":"assistant","model":"m","content":[{"type":"text","text":" upon"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}`), &answer))
	require.Equal(t, api.OpCompletion, answer.Op)
	require.Equal(t, " upon", answer.Choices[0].Parts[0].Text)
	require.Equal(t, int64(3), answer.Usage.Total())
}

func TestWhatAChatCannotDoIsRefused(t *testing.T) {
	for param, change := range map[string]func(*api.Request){
		"prompt":  func(r *api.Request) { r.Inputs = append(r.Inputs, api.Input{Text: "b"}) },
		"suffix":  func(r *api.Request) { r.Completion.Suffix = "x" },
		"echo":    func(r *api.Request) { r.Completion.Echo = api.Some(true) },
		"best_of": func(r *api.Request) { r.Completion.BestOf = api.Some[int64](2) },
	} {
		r := &api.Request{Op: api.OpCompletion, Model: "m", Inputs: []api.Input{{Text: "a"}}}
		change(r)
		_, err := textchat.Codec(anthropic.Codec).AppendRequest(nil, r, &dialect.Quirks{})
		require.NotNil(t, err)
		require.Equal(t, param, err.Param)
	}
	r := &api.Request{Op: api.OpCompletion, Model: "m", Inputs: []api.Input{{Tokens: api.JSON("[1]")}}}
	_, err := textchat.Codec(anthropic.Codec).AppendRequest(nil, r, &dialect.Quirks{})
	require.Equal(t, "prompt", err.Param)
}
