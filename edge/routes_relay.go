package edge

import (
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
)

// relayRoutes are those whose requests pass in the caller's own form.
var relayRoutes = slices.Concat(
	relayBelow("/v1", ""),
	relayBelow("/openai/v1", "openai"),
	relayBelow("/openai", "openai"),
	objectsAt("/v1/messages/batches", api.OpBatch, codecs.Anthropic, "anthropic"),
	objectsAt("/anthropic/v1/messages/batches", api.OpBatch, codecs.Anthropic, "anthropic"),
	objectsAt("/anthropic/v1/files", api.OpFile, codecs.Anthropic, "anthropic"),
	[]Route{
		{Path: "/passthrough/{path}", Op: api.OpPassthrough, codec: codecs.OpenAI, relay: relayWhole},
		{Path: "/openai_passthrough/{path}", Op: api.OpPassthrough, codec: codecs.OpenAI, Home: "openai", relay: relayWhole},
		{Path: "/anthropic_passthrough/{path}", Op: api.OpPassthrough, codec: codecs.Anthropic, Home: "anthropic", relay: relayWhole},
		{Path: "/genai_passthrough/{path}", Op: api.OpPassthrough, codec: codecs.GenAI, Home: "gemini", relay: relayWhole},
	},
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
	for _, r := range []struct {
		path string
		op   api.Op
	}{
		{"/files", api.OpFile},
		{"/uploads", api.OpUpload},
		{"/batches", api.OpBatch},
		{"/containers", api.OpContainer},
		{"/videos", api.OpVideo},
		{"/responses/", api.OpStoredResponse},
		{"/conversations", api.OpStoredResponse},
	} {
		routes = append(routes, objectsAt(base+r.path, r.op, codecs.OpenAI, home)...)
	}
	// Of two routes at a path the later one is asked first.
	return append(routes, Route{Method: "POST", Path: base + "/videos", Op: api.OpVideo, codec: codecs.OpenAI, Home: home, relay: relayModel})
}

// objectsAt are the paths of things that a provider keeps: all of them, and each with
// what it has. One with a slash at its end has no list of all.
func objectsAt(path string, op api.Op, codec dialect.Codec, home string) []Route {
	one := Route{Path: strings.TrimSuffix(path, "/") + "/{path}", Op: op, codec: codec, Home: home, relay: relayPath}
	if strings.HasSuffix(path, "/") {
		return []Route{one}
	}
	all := one
	all.Path = path
	return []Route{all, one}
}
