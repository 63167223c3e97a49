package edge

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// relayRoutes are those whose requests pass in the caller's own form.
var relayRoutes = slices.Concat(
	relayBelow("/v1", ""),
	relayBelow("/openai/v1", "openai"),
	relayBelow("/openai", "openai"),
)

func relayBelow(base, home string) []Route {
	var routes []Route
	for _, r := range []struct {
		path string
		op   api.Op
	}{
		{"/moderations", api.OpModeration},
		{"/images/generations", api.OpImageGeneration},
		{"/audio/speech", api.OpSpeech},
	} {
		routes = append(routes, Route{Method: "POST", Path: base + r.path, Op: r.op, codec: codecs.OpenAI, Home: home, relay: relayModel})
	}
	return routes
}
