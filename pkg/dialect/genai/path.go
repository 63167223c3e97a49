package genai

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// PathHead is what the path of a request says. With OpModels, a Model asks for
// that one model instead of the list.
type PathHead struct {
	Op     api.Op
	Model  string // escapes resolved; a tuned model keeps its collection, tunedModels/x
	Stream bool
	Legacy bool
	// Predict: embeddings as Vertex AI's older models are asked for them.
	Predict bool
	// Vertex: the path is Vertex AI's.
	Vertex bool
}

// Fill puts into h what the path says. events is whether the query asks for the
// stream as events (alt=sse); without it Google's stream is one JSON array.
func (p PathHead) Fill(h *dialect.Head, events bool) {
	h.Op, h.Model, h.Stream, h.Legacy, h.Predict = p.Op, p.Model, p.Stream, p.Legacy, p.Predict
	h.ArrayStream = p.Stream && !events
}

// verb is an operation as the path names it, behind the model and a colon.
type verb struct {
	name    string
	op      api.Op
	stream  bool
	legacy  bool
	predict bool
}

var verbs = [...]verb{
	{name: "generateContent", op: api.OpChat},
	{name: "streamGenerateContent", op: api.OpChat, stream: true},
	{name: "countTokens", op: api.OpCountTokens},
	{name: "batchEmbedContents", op: api.OpEmbedding},
	{name: "embedContent", op: api.OpEmbedding, legacy: true},
	{name: "predict", op: api.OpEmbedding, legacy: true, predict: true},
}

// verbOf returns the verb that asks for op; of several the newest form.
func verbOf(op api.Op, stream bool) string {
	for _, v := range &verbs {
		if v.op == op && !v.legacy && v.stream == (stream && op == api.OpChat) {
			return v.name
		}
	}
	return ""
}

// ParsePath reads the path of a request, without query, from the version on:
//
//	/v1beta/models/{m}:{verb}, /v1beta/tunedModels/{m}:{verb},
//	/v1/projects/{p}/locations/{l}/publishers/google/models/{m}:{verb} (Vertex AI,
//	whose SDK makes of provider/model the publisher and its model),
//	/v1beta/models, /v1beta/models/{m}
//
// The model may hold slashes, escaped or not (models/openai/gpt-4o names a
// provider and its model). A publisher other than Google is the model's provider:
// Google's SDK makes one of what stands before the slash. ok is false for a path that is none of these, and for
// a model's name with "..", an empty segment, a backslash or a control character.
func ParsePath(path string) (h PathHead, ok bool) {
	version, rest := segment(path)
	switch version {
	case "v1", "v1beta", "v1beta1", "v1alpha":
	default:
		return PathHead{}, false
	}
	publisher, rest := skipVertex(rest)
	collection, rest := segment(rest)
	if collection != models && collection != tunedModels {
		return PathHead{}, false
	}
	if rest == "" {
		return PathHead{Op: api.OpModels}, collection == models
	}
	tail, err := url.PathUnescape(rest[1:])
	if err != nil {
		return PathHead{}, false
	}
	if i := strings.LastIndexByte(tail, ':'); i >= 0 {
		for _, v := range &verbs {
			if v.name == tail[i+1:] && (!v.predict || publisher != "") { // the Gemini API draws with it
				h = PathHead{Op: v.op, Model: tail[:i], Stream: v.stream, Legacy: v.legacy, Predict: v.predict}
			}
		}
	} else {
		h = PathHead{Op: api.OpModels, Model: tail}
	}
	if h.Op == api.OpNone || !wellFormed(h.Model) {
		return PathHead{}, false
	}
	switch h.Vertex = publisher != ""; {
	case collection == tunedModels:
		h.Model = tunedModels + "/" + h.Model
	case publisher != "" && publisher != google:
		h.Model = publisher + "/" + h.Model
	}
	return h, true
}

// segment splits the first segment off a path that begins with a slash; rest
// begins with one too, or is empty.
func segment(path string) (first, rest string) {
	if path == "" || path[0] != '/' {
		return "", ""
	}
	if i := strings.IndexByte(path[1:], '/'); i >= 0 {
		return path[1 : 1+i], path[1+i:]
	}
	return path[1:], ""
}

// google is the publisher whose models need no name before them.
const google = "google"

// skipVertex steps over what Vertex AI has before the collection:
// /projects/{p}/locations/{l} and /publishers/{publisher}, each of which may be
// missing. The publisher is google's where only it is.
func skipVertex(path string) (publisher, rest string) {
	if first, rest := segment(path); first == "projects" {
		_, rest = segment(rest)
		if first, rest = segment(rest); first != "locations" {
			return "", ""
		}
		_, path = segment(rest)
		publisher = google
	}
	if first, rest := segment(path); first == "publishers" {
		if publisher, rest = segment(rest); !wellFormed(publisher) || strings.Contains(publisher, "%") {
			return "", ""
		}
		path = rest
	}
	return publisher, path
}

// wellFormed says whether a model's name is one that could be sent on.
func wellFormed(model string) bool {
	if !utf8.ValidString(model) {
		return false
	}
	for i := 0; i < len(model); i++ {
		if c := model[i]; c <= ' ' || c == 0x7f || c == '\\' {
			return false
		}
	}
	for part := range strings.SplitSeq(model, "/") {
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return true
}
