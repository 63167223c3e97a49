package edge

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// mistralRoutes are those of Mistral's SDK, which speaks as OpenAI's does.
var mistralRoutes = []Route{
	{Method: "POST", Path: "/mistral/v1/chat/completions", Op: api.OpChat, codec: codecs.OpenAI, Home: "mistral"},
	{Method: "POST", Path: "/mistral/v1/embeddings", Op: api.OpEmbedding, codec: codecs.OpenAI, Home: "mistral"},
	{Method: "GET", Path: "/mistral/v1/models", Op: api.OpModels, codec: codecs.OpenAI, Home: "mistral"},
	{Method: "GET", Path: "/mistral/v1/models/{model}", Op: api.OpModels, codec: codecs.OpenAI, Home: "mistral"},
}
