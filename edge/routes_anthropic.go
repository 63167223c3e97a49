package edge

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// anthropicRoutes are Anthropic's. At the unified API's paths, where the lists of
// models are OpenAI's, it has its messages.
var anthropicRoutes = slices.Concat(
	messagesBelow("/v1", ""),
	messagesBelow("/anthropic/v1", "anthropic"),
	messagesBelow("/anthropic", "anthropic"),
	[]Route{
		{Method: "POST", Path: "/anthropic/v1/complete", Op: api.OpChat, codec: codecs.AnthropicText, Home: "anthropic"},
		{Method: "POST", Path: "/anthropic/complete", Op: api.OpChat, codec: codecs.AnthropicText, Home: "anthropic"},
		{Method: "GET", Path: "/anthropic/v1/models", Op: api.OpModels, codec: codecs.Anthropic, Home: "anthropic"},
		{Method: "GET", Path: "/anthropic/v1/models/{model}", Op: api.OpModels, codec: codecs.Anthropic, Home: "anthropic"},
	},
)

func messagesBelow(base, home string) []Route {
	return []Route{
		{Method: "POST", Path: base + "/messages", Op: api.OpChat, codec: codecs.Anthropic, Home: home},
		{Method: "POST", Path: base + "/messages/count_tokens", Op: api.OpCountTokens, codec: codecs.Anthropic, Home: home},
	}
}
