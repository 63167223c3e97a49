package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestCursorMayAskForChatInTheFormOfResponses(t *testing.T) {
	sent := make(chan string, 1)
	d := open(t, over(upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		sent <- string(x.BodyBytes)
		x.JSON(200, wholeAnswers["openai"])
	}).URL))
	for _, row := range []struct{ body, want string }{
		{
			`{"model":"openai/gpt-5","instructions":"Be brief.","input":[{"role":"user","content":"hi"}],"tools":[{"type":"function","name":"f","parameters":{"type":"object"}}]}`,
			`{"model":"gpt-5","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}`,
		},
		{
			`{"model":"openai/gpt-5","messages":[{"role":"user","content":"hi"}],"input":"nothing","unknown":1}`,
			`{"model":"gpt-5","messages":[{"role":"user","content":"hi"}],"input":"nothing","unknown":1}`,
		},
	} {
		for _, path := range []string{"/cursor/chat/completions", "/cursor/v1/chat/completions"} {
			res := d.post(t, path, row.body)
			require.Equal(t, 200, res.Status, res.Body)
			require.Contains(t, res.Body, `"choices"`)
			require.JSONEq(t, row.want, <-sent)
		}
	}
	d.post(t, "/cursor/chat/completions", `{"model":"openai/gpt-5","input":"hi","stream":true}`)
	require.Contains(t, <-sent, `"stream":true`)
	for body, code := range map[string]string{
		`{"model":"openai/gpt-5","input":7}`: "invalid_type", `{"model":"openai/gpt-5"}`: "missing_messages", `{"input":`: "invalid_json",
	} {
		res := d.post(t, "/cursor/chat/completions", body)
		require.Equal(t, 400, res.Status, res.Body)
		got, _ := errorOf(t, "openai", res)
		require.Equal(t, code, got)
	}
}
