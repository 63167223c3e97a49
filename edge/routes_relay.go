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
		{"/images/edits", api.OpImageEdit},
		{"/images/variations", api.OpImageVariation},
		{"/audio/speech", api.OpSpeech},
		{"/audio/transcriptions", api.OpTranscription},
		{"/audio/translations", api.OpTranslation},
	} {
		routes = append(routes, Route{Method: "POST", Path: base + r.path, Op: r.op, codec: codecs.OpenAI, Home: home, relay: relayModel})
	}
	return append(routes, Route{Method: "", Path: base + "/files", Op: api.OpFile, codec: codecs.OpenAI, Home: home, relay: relayPath})
}
