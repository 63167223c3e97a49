package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// What the canonical form has no word for travels in Extra under its path, so
// "generationConfig.mediaResolution" is a member of the object generationConfig,
// and "candidates.0.groundingMetadata" one of the first candidate. A path ends
// with a dot where it names the object itself: inGeneration.
const (
	atTop         = ""
	inGeneration  = "generationConfig."
	inToolConfig  = "toolConfig."
	inCalling     = "toolConfig.functionCallingConfig."
	inDeclaration = "functionDeclarations." // then the function's name and a dot
)

func extra(dst []api.Field, path, key string, v jsonx.Value) []api.Field {
	return append(dst, api.Field{Name: path + key, Value: api.JSON(v)})
}

// own returns the fields if they are of this dialect.
func own(fields []api.Field, of string) []api.Field {
	if of != name {
		return nil
	}
	return fields
}

// has says whether the fields hold the one at this path.
func has(fields []api.Field, path string) bool {
	for i := range fields {
		if fields[i].Name == path {
			return true
		}
	}
	return false
}

// under says whether the fields hold anything inside of the object at path.
func under(fields []api.Field, path string) bool {
	for i := range fields {
		if strings.HasPrefix(fields[i].Name, path) {
			return true
		}
	}
	return false
}
