package edge

// Hot path.

import (
	"net/url"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/dialect/genai"
)

// Route is one path of the inference API.
type Route struct {
	Method string
	Path   string // whole, or up to a trailing slash behind which a model's name stands
	Op     api.Op
	codec  dialect.Codec
	// Home is the provider that a bare model name means first on this path.
	Home string
}

// Routes lists the paths whose operation stands in the path itself. Google's,
// where it stands behind the model's name, are matched by [match].
var Routes = []Route{
	{"POST", "/v1/chat/completions", api.OpChat, codecs.OpenAI, ""},
	{"POST", "/v1/completions", api.OpCompletion, codecs.OpenAI, ""},
	{"POST", "/v1/text/completions", api.OpCompletion, codecs.OpenAI, ""},
	{"POST", "/v1/embeddings", api.OpEmbedding, codecs.OpenAI, ""},
	{"GET", "/v1/models", api.OpModels, codecs.OpenAI, ""},
	{"GET", "/v1/models/", api.OpModels, codecs.OpenAI, ""},
	{"POST", "/v1/messages", api.OpChat, codecs.Anthropic, ""},
	{"POST", "/v1/messages/count_tokens", api.OpCountTokens, codecs.Anthropic, ""},

	{"POST", "/openai/v1/chat/completions", api.OpChat, codecs.OpenAI, "openai"},
	{"POST", "/openai/v1/completions", api.OpCompletion, codecs.OpenAI, "openai"},
	{"POST", "/openai/v1/embeddings", api.OpEmbedding, codecs.OpenAI, "openai"},
	{"GET", "/openai/v1/models", api.OpModels, codecs.OpenAI, "openai"},
	{"GET", "/openai/v1/models/", api.OpModels, codecs.OpenAI, "openai"},
	{"POST", "/openai/chat/completions", api.OpChat, codecs.OpenAI, "openai"},
	{"POST", "/openai/completions", api.OpCompletion, codecs.OpenAI, "openai"},
	{"POST", "/openai/embeddings", api.OpEmbedding, codecs.OpenAI, "openai"},
	{"GET", "/openai/models", api.OpModels, codecs.OpenAI, "openai"},
	{"GET", "/openai/models/", api.OpModels, codecs.OpenAI, "openai"},

	{"POST", "/anthropic/v1/messages", api.OpChat, codecs.Anthropic, "anthropic"},
	{"POST", "/anthropic/v1/messages/count_tokens", api.OpCountTokens, codecs.Anthropic, "anthropic"},
	{"GET", "/anthropic/v1/models", api.OpModels, codecs.Anthropic, "anthropic"},
	{"GET", "/anthropic/v1/models/", api.OpModels, codecs.Anthropic, "anthropic"},
}

// genaiPrefix is where Google's SDK finds its own paths.
const genaiPrefix = "/genai"

var (
	exact, prefixes = index(Routes)

	genAI    = Route{Method: "POST", Path: genaiPrefix, codec: codecs.GenAI, Home: "gemini"}
	genAIGet = Route{Method: "GET", Path: genaiPrefix, Op: api.OpModels, codec: codecs.GenAI, Home: "gemini"}
)

// index sorts routes into those found by their whole path and those by its beginning.
func index(routes []Route) (exact map[string]*Route, prefixes []*Route) {
	exact = make(map[string]*Route, len(routes))
	for i := range routes {
		r := &routes[i]
		if strings.HasSuffix(r.Path, "/") {
			prefixes = append(prefixes, r)
		} else {
			exact[r.Path] = r
		}
	}
	return exact, prefixes
}

// match finds the route of a raw path, and fills in what the path says of the
// request. The path is matched as it came: nothing is decoded or cleaned, so no
// two spellings lead to one place.
func match(path string, query string, h *dialect.Head) *Route {
	if r := exact[path]; r != nil {
		h.Op = r.Op
		return r
	}
	if rest, ok := strings.CutPrefix(path, genaiPrefix); ok {
		return matchGenAI(rest, query, h)
	}
	for _, r := range prefixes {
		if rest, ok := strings.CutPrefix(path, r.Path); ok {
			if model, ok := modelIn(rest); ok {
				h.Op, h.Model = r.Op, model
				return r
			}
		}
	}
	return nil
}

func matchGenAI(path, query string, h *dialect.Head) *Route {
	parsed, ok := genai.ParsePath(path)
	if !ok {
		return nil
	}
	parsed.Fill(h, strings.Contains(query, "alt=sse"))
	if h.Op == api.OpModels {
		return &genAIGet
	}
	return &genAI
}

// modelIn returns the model that the rest of a path names. SDKs escape the slash
// in it; what could mean another path than it says is refused.
func modelIn(rest string) (model string, ok bool) {
	model, err := url.PathUnescape(rest)
	return model, err == nil && model != "" && !strings.ContainsAny(model, "%\\?#\x00") && !strings.Contains(model, "..")
}

// dialectOf guesses the dialect of a path that is no route, so that its caller
// can read the error.
func dialectOf(path string) dialect.Codec {
	switch {
	case strings.HasPrefix(path, "/anthropic"), strings.HasPrefix(path, "/v1/messages"):
		return codecs.Anthropic
	case strings.HasPrefix(path, genaiPrefix):
		return codecs.GenAI
	}
	return codecs.OpenAI
}
