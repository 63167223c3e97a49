package openai

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
)

// appendExtra appends the fields of this dialect that the vocabulary has no word for.
func appendExtra(dst []byte, fields []api.Field, of string) []byte {
	if of != name {
		return dst
	}
	for _, f := range fields {
		dst = put.Raw(dst, f.Name, f.Value)
	}
	return dst
}
