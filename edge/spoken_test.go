package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestAProviderThatSpeaksTheCallersDialectTooGetsTheBodyAsItIs(t *testing.T) {
	type asked struct{ path, version, beta, key, body string }
	sent := make(chan asked, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		sent <- asked{
			x.URL.Path, x.Header.Get("anthropic-version"), x.Header.Get("anthropic-beta"), x.Header.Get("Authorization"),
			string(x.BodyBytes),
		}
		if x.URL.Path == "/anthropic/v1/messages" {
			x.JSON(200, wholeAnswers["anthropic"])
			return
		}
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, &config.Config{Providers: map[string]config.Provider{"deepseek": {
		Network: config.Network{BaseURL: up.URL}, Keys: []config.Key{{Value: "sk-1", Weight: 1}},
	}}})
	const rest = `,"max_tokens":5,"messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}],"new":{"a":1}}`
	res := d.post(t, "/anthropic/v1/messages", `{"model":"deepseek/deepseek-chat"`+rest, "anthropic-beta: b1")
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, asked{"/anthropic/v1/messages", "2023-06-01", "b1", "Bearer sk-1", `{"model":"deepseek-chat"` + rest}, <-sent)

	res = d.post(t, "/v1/chat/completions", `{"model":"deepseek/deepseek-chat","messages":[{"role":"user","content":"hi"}]}`)
	require.Equal(t, 200, res.Status, res.Body)
	got := <-sent
	require.Equal(t, asked{"/chat/completions", "", "", "Bearer sk-1", `{"model":"deepseek-chat","messages":[{"role":"user","content":"hi"}]}`}, got)
}
