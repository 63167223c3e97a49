package responses

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// Codec speaks the Responses API.
var Codec = codec{}

type codec struct{}

var _ dialect.Codec = Codec

// name is the dialect's, and what RawOf, ExtraOf and SignatureOf say of its own.
const name = "responses"

// Name implements dialect.Codec.
func (codec) Name() string { return name }

// AppendPath implements dialect.Codec. The version, /v1, belongs to the provider's row.
func (codec) AppendPath(dst []byte, op api.Op, _ string, _ bool) []byte {
	dst = append(dst, "/responses"...)
	switch op {
	case api.OpCountTokens:
		return append(dst, "/input_tokens"...)
	case api.OpCompaction:
		return append(dst, "/compact"...)
	}
	return dst
}

// unsupportedOp is the answer to an operation that the dialect does not have; nil for the others.
func unsupportedOp(op api.Op) *api.Error {
	switch op {
	case api.OpChat, api.OpCountTokens, api.OpCompaction:
		return nil
	}
	return api.Errorf(api.KindUnsupported, "unsupported_operation", "The Responses API has no operation %s.", op)
}

// untranslated is the answer to an operation that only providers of this dialect have,
// where the provider is asked in another; nil for the others.
func untranslated(op api.Op) *api.Error {
	if op == api.OpCompaction {
		return api.Errorf(api.KindUnsupported, "unsupported_operation", "Only a provider of the Responses API has the operation %s.", op)
	}
	return unsupportedOp(op)
}
