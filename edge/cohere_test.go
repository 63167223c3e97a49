package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestCoheresTokenizerIsItsOwnModelsAndAnEstimateElsewhere(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		require.Equal(t, "/v1/tokenize", x.URL.Path)
		x.JSON(200, `{"tokens":[7,8],"token_strings":["so","me"]}`)
	})
	d := open(t, &config.Config{Providers: map[string]config.Provider{
		"cohere": {Network: config.Network{BaseURL: up.URL + "/v2"}, Keys: []config.Key{{Value: "sk-1", Weight: 1}}},
		"openai": {Network: config.Network{BaseURL: "http://127.0.0.1:1"}, Keys: []config.Key{{Value: "sk-1", Weight: 1}}},
	}})
	res := d.post(t, "/cohere/v1/tokenize", `{"model":"command-a-03-2025","text":"some"}`)
	require.Equal(t, `{"tokens":[7,8],"token_strings":["so","me"]}`, res.Body)
	require.Empty(t, res.Header.Get("x-asbru-estimated"))

	res = d.post(t, "/cohere/v1/tokenize", `{"model":"openai/gpt-5","text":"some"}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Contains(t, res.Body, `{"tokens":[0,0,`)
	require.Equal(t, "true", res.Header.Get("x-asbru-estimated"))

	// Callers of other dialects count a conversation, which the tokenizer cannot.
	res = d.post(t, "/v1/messages/count_tokens", `{"model":"cohere/command-a-03-2025","messages":[{"role":"user","content":"some"}]}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.Equal(t, "true", res.Header.Get("x-asbru-estimated"))
}

func TestErrorsBelowCohereHaveItsShape(t *testing.T) {
	d := open(t, over("http://127.0.0.1:1"))
	for path, code := range map[string]string{"/cohere/v2/nothing": "route_not_found", "/cohere/v2/chat": "missing_model", "/cohere/v1/chat": "missing_model"} {
		res := d.post(t, path, `{"message":"a","messages":[{"role":"user","content":"a"}]}`)
		require.GreaterOrEqual(t, res.Status, 400)
		require.Contains(t, res.Body, `{"message":"`)
		require.Contains(t, res.Body, `"code":"`+code+`"`, path)
	}
}
