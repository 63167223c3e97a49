package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// withGroq has a provider in front that refuses some of what the next one takes.
func withGroq(url string, drop bool) *config.Config {
	at := config.Network{BaseURL: url}
	key := []config.Key{{Value: "sk-1", Weight: 1}}
	return &config.Config{
		Providers: map[string]config.Provider{"groq": {Network: at, Keys: key}, "openai": {Network: at, Keys: key}},
		Client:    config.Client{DropParams: drop},
	}
}

// listening starts an upstream that tells the bodies that it gets.
func listening(t *testing.T) (*upstreamtest.Server, <-chan string) {
	t.Helper()
	sent := make(chan string, 8)
	return upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		sent <- string(x.BodyBytes)
		x.JSON(200, wholeAnswers["openai"])
	}), sent
}

const biased = `{"model":"groq/llama","messages":[{"role":"user","content":"hi","name":"me"}],"logit_bias":{"5":1},"n":2`

func TestAFieldThatTheProviderRefusesIsRefusedBeforeItIsAsked(t *testing.T) {
	up, sent := listening(t)
	d := open(t, withGroq(up.URL, false))
	res := d.post(t, "/v1/chat/completions", biased+"}")
	require.Equal(t, 400, res.Status)
	code, _ := errorOf(t, "openai", res)
	require.Equal(t, "unsupported_field", code)
	require.Zero(t, up.Hits())

	res = d.post(t, "/v1/chat/completions", biased+`,"fallbacks":["openai/gpt-4o"]}`)
	require.Equal(t, 200, res.Status, "the fallback takes it")
	require.Contains(t, <-sent, `"logit_bias":{"5":1},"n":2`)
}

func TestAFieldThatTheProviderRefusesIsDroppedWhereThatIsAsked(t *testing.T) {
	up, sent := listening(t)
	for _, byConfig := range []bool{false, true} {
		d := open(t, withGroq(up.URL, byConfig))
		body := biased + `,"fallbacks":["openai/gpt-4o"],"drop_params":true}`
		if byConfig {
			body = biased + "}"
		}
		res := d.post(t, "/v1/chat/completions", body)
		require.Equal(t, 200, res.Status)
		require.Equal(t, "logit_bias, n", res.Header.Get("x-asbru-dropped-params"))
		require.JSONEq(t, `{"model":"llama","messages":[{"role":"user","content":"hi"}]}`, <-sent)
	}
	d := open(t, withGroq(up.URL, true))
	res := d.post(t, "/v1/chat/completions", `{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}],"n":2}`)
	require.Empty(t, res.Header.Get("x-asbru-dropped-params"), "nothing was dropped")
}
