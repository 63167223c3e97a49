package edge

// Hot path.

import (
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// Route is one path of the inference API.
type Route struct {
	Method string // empty: any of [relayMethods]
	// Path is whole, or has one place in braces where a model's name stands:
	// {model}, or {deployment} as Azure calls it. The name may have slashes, escaped
	// or not. Behind {path} it is a relayed path's own.
	Path  string
	Op    api.Op
	codec dialect.Codec
	// Home is the provider that a bare model name means first on this path.
	Home string
	// legacy: an older form of the operation, see [dialect.Head.Legacy].
	legacy bool
	// Stream: the path asks for a stream.
	Stream bool
	// read turns a body of another form into one of the codec's; nil where only that is taken.
	read func(body []byte) ([]byte, *api.Error)

	relay relay
	// serve answers requests that are no calls of a model; nil for those that are.
	serve func(*request, *Route, string)
	next  *Route // at the same path, for another method
}

// Routes lists the paths whose operation stands in the path itself, a group for
// each API in a file of its own. Google's, where it stands behind the model's name,
// are matched by [matchGenAI]; other spellings of the listed ones by [match].
var Routes = slices.Concat(
	openAIRoutes,
	azureRoutes,
	anthropicRoutes,
	genaiRoutes,
	cohereRoutes,
	bedrockRoutes,
	mistralRoutes,
	cursorRoutes,
	toolRoutes,
	mcpRoutes,
	relayRoutes,
)

var exact, patterns = index(Routes)

// pattern is a route whose path has a place for a name.
type pattern struct {
	before, after string
	route         *Route
}

// index sorts routes into those found by their whole path and those with a name in it.
func index(routes []Route) (exact map[string]*Route, patterns []pattern) {
	exact = make(map[string]*Route, len(routes))
	for i := range routes {
		r := &routes[i]
		if before, rest, ok := strings.Cut(r.Path, "{"); ok {
			_, after, _ := strings.Cut(rest, "}")
			patterns = append(patterns, pattern{before, after, r})
			continue
		}
		r.next = exact[r.Path]
		exact[r.Path] = r
	}
	return exact, patterns
}

// of returns the route of this path that takes the method; another one where none does.
func (r *Route) of(method string) *Route {
	for m := r; m != nil; m = m.next {
		if m.takes(method) {
			return m
		}
	}
	return r
}

// takes says whether the route is one for the method.
func (r *Route) takes(method string) bool {
	return r.Method == method || r.Method == "" && slices.Contains(relayMethods, method)
}

// methods lists the methods that a path takes.
func (r *Route) methods() string {
	var list []string
	for m := r; m != nil; m = m.next {
		if m.Method == "" {
			return strings.Join(relayMethods, ", ")
		}
		list = append(list, m.Method)
	}
	return strings.Join(list, ", ")
}
