package edge_test

import (
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestACustomProviderIsAskedAtItsOwnPaths(t *testing.T) {
	asked := make(chan string, 1)
	answer := func(where string) func(x *upstreamtest.Exchange) {
		return func(x *upstreamtest.Exchange) {
			asked <- where + x.RequestURI + " " + x.Header.Get("Authorization")
			switch {
			case strings.Contains(x.URL.Path, "stream"):
				x.JSON(503, `{"error":{"message":"x"}}`)
			case strings.Contains(x.URL.Path, "embed"):
				x.JSON(200, `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1]}],"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}`)
			default:
				x.JSON(200, wholeAnswers["openai"])
			}
		}
	}
	up, other := upstreamtest.New(t, answer("own ")), upstreamtest.New(t, answer("other "))
	cfg := over(up.URL)
	cfg.Providers["house"] = config.Provider{
		Network: config.Network{BaseURL: up.URL + "/gateway/v1"},
		Keys:    []config.Key{{Name: "k", Value: "sk-1", Weight: 1}},
		Custom: &config.Custom{BaseProviderType: "openai", PathOverrides: map[string]string{
			"chat_completion":        "chat?api-version=2",
			"chat_completion_stream": "/stream/{model}",
			"embedding":              other.URL + "/x/embed",
			"image_generation":       "/draw",
			"file_upload":            "/put",
		}},
	}
	d := open(t, cfg)
	for _, tc := range []struct{ path, body, want string }{
		{"/v1/chat/completions", `{"model":"house/a/b","messages":[{"role":"user","content":"x"}]}`, "own /gateway/v1/chat?api-version=2 Bearer sk-1"},
		{"/anthropic/v1/messages", `{"model":"house/m","max_tokens":9,"messages":[{"role":"user","content":"x"}]}`, "own /gateway/v1/chat?api-version=2 Bearer sk-1"},
		{"/v1/chat/completions", `{"model":"house/a/b","stream":true,"messages":[{"role":"user","content":"x"}]}`, "own /gateway/v1/stream/a%2Fb Bearer sk-1"},
		{"/v1/embeddings", `{"model":"house/m","input":"x"}`, "other /x/embed Bearer sk-1"},
		{"/v1/images/generations", `{"model":"house/m","prompt":"x"}`, "own /gateway/v1/draw Bearer sk-1"},
		{"/v1/audio/speech", `{"model":"house/m","input":"x","voice":"alloy"}`, "own /gateway/v1/audio/speech Bearer sk-1"},
		{"/v1/files?provider=house", `{}`, "own /gateway/v1/put Bearer sk-1"},
		{"/v1/batches?provider=house", `{}`, "own /gateway/v1/batches Bearer sk-1"},
	} {
		d.post(t, tc.path, tc.body)
		require.Equal(t, tc.want, <-asked, tc.path+tc.body)
	}
	do(t, "GET", d.URL("/v1/files/f1?provider=house"), "")
	require.Equal(t, "own /gateway/v1/files/f1 Bearer sk-1", <-asked)
}
