package dialect

// Hot path.

import (
	"errors"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// What Peek does alike in every dialect.

// FieldOf returns which of the names a key stands for to any decoder, and whether the
// key is spelt as the name is; 0 for none of them. The first name is no field's.
func FieldOf(names []string, key []byte) (field int, exact bool) {
	for f := 1; f < len(names); f++ {
		if string(key) == names[f] {
			return f, true
		}
	}
	for f := 1; f < len(names); f++ {
		if len(key) >= len(names[f]) && jsonx.EqualFold(key, names[f]) {
			return f, false
		}
	}
	return 0, false
}

// ReadFallbacks reads a field of the gateway's own: an array of "provider/model"
// strings or {provider, model} objects.
func (h *Head) ReadFallbacks(v jsonx.Value) *api.Error {
	if v.IsNull() {
		return nil
	}
	if v.Kind() != jsonx.Array {
		return badFallbacks()
	}
	for e := range v.Elements() {
		to, ok := e.Str()
		if !ok {
			provider, okProvider := e.Get("provider").Str()
			model, okModel := e.Get("model").Str()
			ok = okProvider && okModel && provider != "" && model != ""
			to = provider + "/" + model
		}
		if !ok || to == "" {
			return badFallbacks()
		}
		h.Fallbacks = append(h.Fallbacks, to)
	}
	return nil
}

func badFallbacks() *api.Error {
	return api.Invalid("invalid_type", "fallbacks", `The field "fallbacks" must be an array of "provider/model" strings or {provider, model} objects.`)
}

// hostedPrompt begins the id of a prompt that OpenAI keeps.
const hostedPrompt = "pmpt_"

// IsOwnPrompt says whether a member "prompt" names a prompt of the repository: it is an
// object, and none that names a prompt which the provider keeps.
func IsOwnPrompt(v jsonx.Value) bool {
	if v.Kind() != jsonx.Object {
		return false
	}
	id, _ := v.Get("id").Str()
	return !strings.HasPrefix(id, hostedPrompt)
}

// Bare says whether the body has to have a model and a conversation: no prompt
// brings them along.
func (h *Head) Bare() bool { return h.Prompt == nil && !h.Prompted }

// PeekError is what the scan of a body, or of one of its members, found wrong.
func PeekError(err error) *api.Error {
	if e, ok := errors.AsType[*api.Error](err); ok {
		return e
	}
	return api.Errorf(api.KindInvalid, "invalid_json", "The request body must be one JSON object: %v.", err)
}
