package anthropic

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// Codec speaks Anthropic's Messages API.
var Codec = codec{}

type codec struct{}

var _ dialect.Codec = Codec

// name is the dialect's, and what RawOf, ExtraOf and SignatureOf say of its own.
const name = "anthropic"

// Name implements dialect.Codec.
func (codec) Name() string { return name }

// modelsPageSize is the most that the model list gives in one page; its default is 20.
const modelsPageSize = "1000"

// AppendPath implements dialect.Codec. The version, /v1, belongs to the provider's row.
func (codec) AppendPath(dst []byte, op api.Op, _ string, _ bool) []byte {
	switch op {
	case api.OpCountTokens:
		return append(dst, "/messages/count_tokens"...)
	case api.OpModels:
		return append(dst, "/models?limit="+modelsPageSize...)
	default:
		return append(dst, "/messages"...)
	}
}

// unsupportedOp is the answer to an operation that the dialect does not have; nil for the others.
func unsupportedOp(op api.Op) *api.Error {
	switch op {
	case api.OpChat, api.OpCountTokens, api.OpModels:
		return nil
	}
	return api.Errorf(api.KindUnsupported, "unsupported_operation",
		"The Anthropic Messages API has no operation %s.", op)
}
