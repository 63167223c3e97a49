package bedrock

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
)

// Codec speaks Converse.
var Codec = codec{}

type codec struct{}

var (
	_ dialect.Codec      = Codec
	_ dialect.Reframer   = Codec
	_ dialect.ErrorNamer = Codec
)

// name is the dialect's, and what RawOf, ExtraOf and SignatureOf say of its own.
const name = "bedrock"

// Name implements dialect.Codec.
func (codec) Name() string { return name }

// AppendPath implements dialect.Codec.
func (codec) AppendPath(dst []byte, op api.Op, model string, stream bool) []byte {
	verb := "/converse"
	switch {
	case op == api.OpEmbedding:
		verb = "/invoke"
	case op == api.OpCountTokens:
		verb = "/count-tokens"
	case stream:
		verb = "/converse-stream"
	}
	return append(appendModel(dst, model), verb...)
}

// appendModel appends the path of a model. Its id, which may be a whole ARN, is one
// segment.
func appendModel(dst []byte, model string) []byte {
	const hex = "0123456789ABCDEF"
	dst = append(dst, "/model/"...)
	for i := range len(model) {
		c := model[i]
		if isAlphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~' {
			dst = append(dst, c)
		} else {
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		}
	}
	return dst
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// unsupportedOp is the answer to an operation that the dialect does not have; nil for the others.
func unsupportedOp(op api.Op) *api.Error {
	switch op {
	case api.OpChat, api.OpEmbedding, api.OpCountTokens:
		return nil
	}
	return api.Errorf(api.KindUnsupported, "unsupported_operation", "Amazon Bedrock's runtime API has no operation %s.", op)
}
