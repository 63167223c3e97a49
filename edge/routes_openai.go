package edge

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// openAIRoutes are the unified API's own, and OpenAI's below /openai, where SDKs
// look for them with and without the version.
var openAIRoutes = slices.Concat(
	openAIBelow("/v1", ""),
	openAIBelow("/openai/v1", "openai"),
	openAIBelow("/openai", "openai"),
)

func openAIBelow(base, home string) []Route {
	return []Route{
		{Method: "POST", Path: base + "/chat/completions", Op: api.OpChat, codec: codecs.OpenAI, Home: home},
		{Method: "POST", Path: base + "/completions", Op: api.OpCompletion, codec: codecs.OpenAI, Home: home},
		{Method: "POST", Path: base + "/text/completions", Op: api.OpCompletion, codec: codecs.OpenAI, Home: home},
		{Method: "POST", Path: base + "/responses", Op: api.OpChat, codec: codecs.Responses, Home: home},
		{Method: "POST", Path: base + "/responses/input_tokens", Op: api.OpCountTokens, codec: codecs.Responses, Home: home},
		{Method: "POST", Path: base + "/responses/compact", Op: api.OpCompaction, codec: codecs.Responses, Home: home},
		{Method: "POST", Path: base + "/embeddings", Op: api.OpEmbedding, codec: codecs.OpenAI, Home: home},
		{Method: "POST", Path: base + "/rerank", Op: api.OpRerank, codec: codecs.OpenAI, Home: home},
		{Method: "GET", Path: base + "/models", Op: api.OpModels, codec: codecs.OpenAI, Home: home},
		{Method: "GET", Path: base + "/models/{model}", Op: api.OpModels, codec: codecs.OpenAI, Home: home},
	}
}
