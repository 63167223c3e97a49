package edge

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// coherePrefix is where Cohere's SDK finds its own paths.
const coherePrefix = "/cohere"

// cohereRoutes are Cohere's, of both versions of its API.
var cohereRoutes = []Route{
	{Method: "POST", Path: "/cohere/v2/chat", Op: api.OpChat, codec: codecs.Cohere, Home: "cohere"},
	{Method: "POST", Path: "/cohere/v2/embed", Op: api.OpEmbedding, codec: codecs.Cohere, Home: "cohere"},
	{Method: "POST", Path: "/cohere/v2/rerank", Op: api.OpRerank, codec: codecs.Cohere, Home: "cohere"},
	{Method: "POST", Path: "/cohere/v1/chat", Op: api.OpChat, codec: codecs.Cohere, Home: "cohere", legacy: true},
	{Method: "POST", Path: "/cohere/v1/embed", Op: api.OpEmbedding, codec: codecs.Cohere, Home: "cohere", legacy: true},
	{Method: "POST", Path: "/cohere/v1/rerank", Op: api.OpRerank, codec: codecs.Cohere, Home: "cohere", legacy: true},
	{Method: "POST", Path: "/cohere/v1/tokenize", Op: api.OpCountTokens, codec: codecs.Cohere, Home: "cohere"},
	{Method: "GET", Path: "/cohere/v1/models", Op: api.OpModels, codec: codecs.Cohere, Home: "cohere"},
	{Method: "GET", Path: "/cohere/v1/models/{model}", Op: api.OpModels, codec: codecs.Cohere, Home: "cohere"},
}
