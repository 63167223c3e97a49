package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// Codec speaks Google's generateContent API.
var Codec = codec{}

type codec struct{}

var (
	_ dialect.Codec    = Codec
	_ dialect.Reframer = Codec
)

// name is the dialect's, and what RawOf, ExtraOf and SignatureOf say of its own.
const name = "genai"

// Name implements dialect.Codec.
func (codec) Name() string { return name }

// AppendPath implements dialect.Codec. The version, /v1beta, belongs to the
// provider's row. A stream is always asked for as events. A model's name is one
// path segment, whatever is in it.
func (codec) AppendPath(dst []byte, op api.Op, model string, stream bool) []byte {
	if op == api.OpModels {
		return append(dst, "/models"...)
	}
	collection, id := resource(model)
	dst = append(dst, '/')
	dst = append(dst, collection...)
	dst = append(dst, '/')
	dst = appendSegment(dst, id)
	dst = append(dst, ':')
	dst = append(dst, verbOf(op, stream)...)
	if stream && op == api.OpChat {
		dst = append(dst, "?alt=sse"...)
	}
	return dst
}

// The collections that a model's resource name may begin with.
const (
	models      = "models"
	tunedModels = "tunedModels"
)

// resource splits a model's name into its collection and its id: a tuned model
// keeps its collection in its name, any other is one of models.
func resource(model string) (collection, id string) {
	if id, ok := strings.CutPrefix(model, tunedModels+"/"); ok {
		return tunedModels, id
	}
	return models, strings.TrimPrefix(model, models+"/")
}

// resourceName is the model as bodies name it: models/gemini-3-flash.
func resourceName(model string) string {
	collection, id := resource(model)
	return collection + "/" + id
}

// appendSegment appends s with everything escaped that does not stand for itself
// in one path segment; so is the colon, which ends the model's name.
func appendSegment(dst []byte, s string) []byte {
	const hex = "0123456789ABCDEF"
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			c == '-', c == '.', c == '_', c == '~', c == '@':
			dst = append(dst, c)
		default:
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}

// unsupportedOp is the answer to an operation that the dialect does not have; nil for the others.
func unsupportedOp(op api.Op) *api.Error {
	switch op {
	case api.OpChat, api.OpEmbedding, api.OpCountTokens, api.OpModels, api.OpRerank:
		return nil
	}
	return api.Errorf(api.KindUnsupported, "unsupported_operation",
		"Google's generateContent API has no operation %s.", op)
}
