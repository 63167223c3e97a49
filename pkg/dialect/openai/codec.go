package openai

import (
	"net/url"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// Codec speaks OpenAI's dialect.
var Codec = codec{}

type codec struct{}

var _ dialect.Codec = Codec

// name is the dialect's, and what RawOf, ExtraOf and SignatureOf say of its own.
const name = "openai"

// Name implements dialect.Codec.
func (codec) Name() string { return name }

// AppendPath implements dialect.Codec. The version, /v1, belongs to the provider's row.
func (codec) AppendPath(dst []byte, op api.Op, model string, _ bool) []byte {
	switch op {
	case api.OpChat:
		return append(dst, "/chat/completions"...)
	case api.OpCompletion:
		return append(dst, "/completions"...)
	case api.OpEmbedding:
		return append(dst, "/embeddings"...)
	case api.OpModels:
		return append(dst, "/models"...)
	case api.OpRerank:
		return append(dst, "/rerank"...)
	case api.OpRealtime:
		return append(append(dst, "/realtime?model="...), url.QueryEscape(model)...)
	}
	if path, ok := relayed[op]; ok {
		return append(dst, path...)
	}
	return append(dst, "/chat/completions"...)
}

// relayed are the operations whose requests only pass: the dialect finds the model
// in them, and does not read them else.
var relayed = map[api.Op]string{
	api.OpModeration:      "/moderations",
	api.OpImageGeneration: "/images/generations",
	api.OpImageEdit:       "/images/edits",
	api.OpImageVariation:  "/images/variations",
	api.OpSpeech:          "/audio/speech",
	api.OpTranscription:   "/audio/transcriptions",
	api.OpTranslation:     "/audio/translations",
	api.OpVideo:           "/videos",
}

func isRelayed(op api.Op) bool { return op > api.OpModels && relayed[op] != "" }

// unsupportedOp is the answer to an operation that the dialect does not have; nil for the others.
func unsupportedOp(op api.Op) *api.Error {
	switch op {
	case api.OpChat, api.OpCompletion, api.OpEmbedding, api.OpModels, api.OpRerank:
		return nil
	}
	return api.Errorf(api.KindUnsupported, "unsupported_operation",
		"A provider that speaks OpenAI's API has no operation %s.", op)
}
