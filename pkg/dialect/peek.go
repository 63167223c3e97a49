package dialect

// Hot path.

import (
	"errors"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
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

// Spelling is one of the ways in which a request may spell a field.
type Spelling struct{ Key, Name string }

// PeekFields reads the fields of a small request that routing and policy want, with read, and notes where its body
// ends. It says which there are, by name. One that is spelt like them in another case, or is there twice, is an
// error: providers differ in which they take. how says how to spell it.
func (h *Head) PeekFields(body []byte, spellings []Spelling, how string, read func(name string, m jsonx.Member) *api.Error) (seen map[string]bool, _ *api.Error) {
	seen = map[string]bool{}
	end, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
		h.Members++
		for _, s := range spellings {
			switch {
			case !jsonx.EqualFold(m.Key, s.Key):
				continue
			case string(m.Key) != s.Key:
				return take.Invalid("ambiguous_field", s.Name, "A field is spelt like this one in another case. "+how)
			case seen[s.Name]:
				return take.Invalid("duplicate_field", s.Name, "The field is given more than once. Give it once.")
			}
			seen[s.Name] = true
			if err := read(s.Name, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, PeekError(err)
	}
	h.BodyEnd = end
	return seen, nil
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
