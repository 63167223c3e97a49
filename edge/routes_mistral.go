package edge

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// mistralRoutes are those of Mistral's SDK.
var mistralRoutes = []Route{
	{Method: "POST", Path: "/mistral/v1/chat/completions", Op: api.OpChat, codec: codecs.Mistral, Home: "mistral"},
	{Method: "POST", Path: "/mistral/v1/embeddings", Op: api.OpEmbedding, codec: codecs.Mistral, Home: "mistral"},
	{Method: "GET", Path: "/mistral/v1/models", Op: api.OpModels, codec: codecs.Mistral, Home: "mistral"},
	{Method: "GET", Path: "/mistral/v1/models/{model}", Op: api.OpModels, codec: codecs.Mistral, Home: "mistral"},
}
