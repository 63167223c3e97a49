package bedrock

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// What the canonical form has no word for travels in Extra under its path. A path
// ends with a dot where it names the object itself.
const (
	atTop       = ""
	inInference = "inferenceConfig."
	inOutput    = "outputConfig."
	ofModel     = "additionalModelRequestFields."
)

func extra(dst []api.Field, path, key string, v jsonx.Value) []api.Field {
	return append(dst, api.Field{Name: path + key, Value: api.JSON(v)})
}

// own returns the fields that came with a request or an answer of this dialect.
func own(fields []api.Field, of string) []api.Field {
	if of != name {
		return nil
	}
	return fields
}
