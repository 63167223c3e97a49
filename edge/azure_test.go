package edge_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestEachKeyOfAzureGoesToItsResourceAndDeployment(t *testing.T) {
	type asked struct{ resource, uri, key string }
	sent := make(chan asked, 4)
	resource := func(name string) string {
		return upstreamtest.New(t, func(x *upstreamtest.Exchange) {
			sent <- asked{name, x.RequestURI, x.Header.Get("api-key")}
			x.JSON(200, wholeAnswers["openai"])
		}).URL
	}
	d := open(t, &config.Config{Providers: map[string]config.Provider{"azure": {Keys: []config.Key{
		{Name: "west", Value: "key-of-west", Weight: 1, Models: []string{"gpt-4o"}, Azure: &config.Azure{
			Endpoint: resource("west"), Deployments: map[string]string{"gpt-4o": "four-o"},
		}},
		{Name: "east", Value: "key-of-east", Weight: 1, Models: []string{"gpt-5"}, Azure: &config.Azure{
			Endpoint: resource("east"), APIVersion: "v1",
		}},
	}}}})
	for model, want := range map[string]asked{
		"gpt-4o": {"west", "/openai/deployments/four-o/chat/completions?api-version=2024-10-21", "key-of-west"},
		"gpt-5":  {"east", "/openai/v1/chat/completions", "key-of-east"},
	} {
		res := d.post(t, "/v1/chat/completions", `{"model":"azure/`+model+`","messages":[{"role":"user","content":"hi"}]}`)
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, want, <-sent)
	}
}

func TestClaudeAtAzureIsAskedInItsOwnDialect(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		require.Equal(t, "key", x.Header.Get("api-key"))
		require.Equal(t, "2023-06-01", x.Header.Get("anthropic-version"))
		x.JSON(200, wholeAnswers["anthropic"])
	})
	d := open(t, &config.Config{Providers: map[string]config.Provider{"azure": {Keys: []config.Key{
		{Value: "key", Weight: 1, Azure: &config.Azure{Endpoint: up.URL}},
	}}}})
	for path, body := range map[string]string{
		"/v1/chat/completions":   `{"model":"azure/claude-sonnet-4-6","messages":[{"role":"user","content":"hi"}]}`,
		"/anthropic/v1/messages": `{"model":"azure/claude-sonnet-4-6","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}`,
	} {
		res := d.post(t, path, body)
		require.Equal(t, 200, res.Status, res.Body)
		require.Equal(t, "/anthropic/v1/messages", up.LastURI())
	}
}

func TestAKeyOfAServerOfOnesOwnGoesThere(t *testing.T) {
	models := make(chan string, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		models <- string(x.BodyBytes)
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, &config.Config{Providers: map[string]config.Provider{"vllm": {Keys: []config.Key{
		{Name: "a", Weight: 1, VLLM: &config.OwnServer{URL: up.URL, Model: "meta/llama"}},
	}}}})
	res := d.post(t, "/v1/chat/completions", `{"model":"vllm/any","messages":[]}`)
	require.Equal(t, 400, res.Status)
	res = d.post(t, "/v1/chat/completions", `{"model":"vllm/any","messages":[{"role":"user","content":"hi"}]}`)
	require.Equal(t, 200, res.Status, res.Body)
	require.JSONEq(t, `{"model":"meta/llama","messages":[{"role":"user","content":"hi"}]}`, <-models)
}
