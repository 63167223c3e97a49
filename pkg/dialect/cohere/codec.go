package cohere

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// Codec speaks Cohere's dialect.
var Codec = codec{}

type codec struct{}

var _ dialect.Codec = Codec

// name is the dialect's, and what RawOf, ExtraOf and SignatureOf say of its own.
const name = "cohere"

// Name implements dialect.Codec.
func (codec) Name() string { return name }

// AppendPath implements dialect.Codec. The version is in it, since not all
// operations have the same.
func (codec) AppendPath(dst []byte, op api.Op, _ string, _ bool) []byte {
	switch op {
	case api.OpEmbedding:
		return append(dst, "/v2/embed"...)
	case api.OpRerank:
		return append(dst, "/v2/rerank"...)
	case api.OpCountTokens:
		return append(dst, "/v1/tokenize"...)
	case api.OpModels:
		return append(dst, "/v1/models?page_size=1000"...) // the most; its default is 20
	}
	return append(dst, "/v2/chat"...)
}

// unsupportedOp is the answer to an operation that the dialect does not have; nil for the others.
func unsupportedOp(op api.Op) *api.Error {
	switch op {
	case api.OpChat, api.OpEmbedding, api.OpRerank, api.OpCountTokens, api.OpModels:
		return nil
	}
	return api.Errorf(api.KindUnsupported, "unsupported_operation", "Cohere's API has no operation %s.", op)
}
