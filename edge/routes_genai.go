package edge

// Hot path.

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/dialect/genai"
)

// genaiPrefix is where Google's SDK finds its own paths.
const genaiPrefix = "/genai"

var (
	genAI     = Route{Method: "POST", Path: genaiPrefix, codec: codecs.GenAI, Home: "gemini"}
	genVertex = Route{Method: "POST", Path: genaiPrefix, codec: codecs.GenAI, Home: "vertex"} // at the paths of Vertex AI
	genAIGet  = Route{Method: "GET", Path: genaiPrefix, Op: api.OpModels, codec: codecs.GenAI, Home: "gemini"}
)

// genaiRoutes are Google's whose path is always the same.
var genaiRoutes = []Route{
	{Method: "POST", Path: genaiPrefix + "/v1/rank", Op: api.OpRerank, codec: codecs.GenAI, Home: "vertex"},
}

// matchGenAI finds what a path of Google's asks for, from its version on. The
// version may be missing.
func matchGenAI(path, query string, h *dialect.Head) *Route {
	parsed, ok := genai.ParsePath(path)
	if !ok && (strings.HasPrefix(path, "/models") || strings.HasPrefix(path, "/tunedModels/")) {
		parsed, ok = genai.ParsePath("/v1beta" + path)
	}
	if !ok {
		return nil
	}
	parsed.Fill(h, strings.Contains(query, "alt=sse"))
	if h.Op == api.OpModels {
		return &genAIGet
	}
	if parsed.Vertex {
		return &genVertex
	}
	return &genAI
}
