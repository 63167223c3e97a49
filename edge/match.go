package edge

// Hot path.

import (
	"net/url"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// frameworks are prefixes below which all other paths are found once more: what
// works through such a framework is told apart by the dialect that it speaks.
var frameworks = [...]string{"/litellm", "/langchain", "/pydanticai", "/cursor"}

// match finds the route of a raw path, and fills in what the path says of the
// request. Its own spelling of a path leads there at once. Of others, only those
// that SDKs make when they join their paths to a base URL are taken: nothing is
// decoded, and no dots are resolved.
func match(method, path, query string, h *dialect.Head) *Route {
	r := exact[path]
	if r == nil {
		if r = find(path, query, h); r == nil {
			r = findSpelt(path, query, h)
		}
		if r == nil {
			return nil
		}
	}
	r = r.of(method)
	if r.Op != api.OpNone {
		h.Op = r.Op
	}
	h.Legacy = h.Legacy || r.legacy
	h.Stream = h.Stream || r.Stream
	return r
}

// find finds a path in its own spelling. Google's need no prefix where they cannot
// be another API's.
func find(path, query string, h *dialect.Head) *Route {
	if r := exact[path]; r != nil {
		return r
	}
	if rest, ok := strings.CutPrefix(path, genaiPrefix); ok && strings.HasPrefix(rest, "/") {
		if own := matchGenAIOwn(rest, h); own != nil {
			return own
		}
		return matchGenAI(rest, query, h)
	}
	if r := matchGenAI(path, query, h); r == &genAI || r == &genVertex || r != nil && strings.HasPrefix(path, "/v1beta") {
		return r
	}
	if rest, ok := strings.CutPrefix(path, bedrockPrefix+"/"); ok {
		if own := matchBedrockOwn(rest, h); own != nil {
			return own
		}
	}
	for i := range patterns {
		p := &patterns[i]
		rest, ok := strings.CutPrefix(path, p.before)
		if !ok {
			continue
		}
		if rest, ok = strings.CutSuffix(rest, p.after); !ok {
			continue
		}
		if p.route.relay >= relayPath {
			if ownPath(strings.TrimSuffix(rest, "/"), p.route.relay == relayWhole) {
				return p.route
			}
			continue
		}
		if model, ok := modelIn(rest); ok {
			h.Model, h.ModelInPath = model, true
			return p.route
		}
	}
	return nil
}

// findSpelt finds a path that an SDK has spelt in its own way: below the prefix of
// a framework, without its version or with it twice, with slashes too many.
func findSpelt(path, query string, h *dialect.Head) *Route {
	path = tidied(path)
	for _, prefix := range &frameworks {
		if rest, ok := strings.CutPrefix(path, prefix); ok && strings.HasPrefix(rest, "/") {
			path = rest
			break
		}
	}
	if rest, ok := strings.CutPrefix(path, "/openai"); ok && strings.HasPrefix(rest, "/openai/") {
		path = rest // Azure's SDK adds the prefix that its endpoint has already
	}
	if r := find(path, query, h); r != nil {
		return r
	}
	return find("/v1"+path, query, h)
}

// tidied is a path without slashes that are doubled or at its end, and with its
// version once: a base URL that ends in what the SDK's path begins with.
func tidied(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	path = strings.TrimSuffix(path, "/")
	for _, version := range [...]string{"/v1", "/v1beta"} {
		if before, after, ok := strings.Cut(path, version+version+"/"); ok {
			path = before + version + "/" + after
		}
	}
	return path
}

// modelIn returns the model that a part of a path names. SDKs escape the slash
// in it; what could mean another path than it says is refused.
func modelIn(part string) (model string, ok bool) {
	model, err := url.PathUnescape(part)
	return model, err == nil && model != "" && model[0] != '/' && !strings.ContainsAny(model, "%\\?#\x00") && !strings.Contains(model, "..")
}

// dialectOf guesses the dialect of a path that is no route, so that its caller
// can read the error.
func dialectOf(path string) dialect.Codec {
	switch {
	case strings.HasPrefix(path, "/anthropic"), strings.Contains(path, "/anthropic/v"), strings.Contains(path, "/messages"):
		return codecs.Anthropic
	case strings.HasPrefix(path, genaiPrefix), strings.Contains(path, genaiPrefix+"/"), strings.Contains(path, "/v1beta"):
		return codecs.GenAI
	case strings.Contains(path, bedrockPrefix+"/"), strings.HasPrefix(path, "/model/"):
		return codecs.Bedrock
	case strings.Contains(path, coherePrefix+"/"):
		return codecs.Cohere
	}
	return codecs.OpenAI
}
