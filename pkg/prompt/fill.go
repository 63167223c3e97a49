package prompt

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// maxVariable bounds the name of a variable.
const maxVariable = 64

// expand puts values for the placeholders {{name}} of a text. What a value has in it is
// text and nothing else: it is not looked at again. Braces around anything that is no
// name stay as they are.
func expand(text string, value func(name string) (string, error)) (string, error) {
	if !strings.Contains(text, "{{") {
		return text, nil
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{{")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		inside, behind, closed := strings.Cut(rest, "}}")
		name := strings.TrimSpace(inside)
		if !closed || !isVariable(name) {
			out.WriteString("{{")
			text = rest
			continue
		}
		v, err := value(name)
		if err != nil {
			return "", err
		}
		out.WriteString(v)
		text = behind
	}
}

func isVariable(name string) bool {
	return name != "" && len(name) <= maxVariable &&
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// Values are what a call has for the variables of a prompt: a JSON object of strings,
// numbers or booleans. The zero value has none.
type Values map[string]string

// ParseValues reads them; nil and null are none.
func ParseValues(object api.JSON) (Values, *api.Error) {
	if text := bytes.TrimSpace(object); len(text) == 0 || string(text) == "null" {
		return nil, nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(object, &raw); err != nil {
		return nil, badValues("prompt.variables", "must be an object of texts")
	}
	values := make(Values, len(raw))
	for name, v := range raw {
		switch v = bytes.TrimSpace(v); v[0] {
		case '"':
			var text string
			if err := json.Unmarshal(v, &text); err != nil {
				return nil, badValues("prompt.variables."+name, "is no text")
			}
			values[name] = text
		case '{', '[', 'n':
			return nil, badValues("prompt.variables."+name, "must be a text, a number, true or false")
		default:
			values[name] = string(v)
		}
	}
	return values, nil
}

func badValues(param, what string) *api.Error {
	return api.Invalid("invalid_type", param, "%s %s.", param, what)
}

// errNoValue says that a variable has no value.
var errNoValue = errors.New("prompt: a variable has no value")

// Filled is a version with its variables filled in, ready for one request.
type Filled struct {
	// Version is the number of the version that was filled.
	Version int
	request api.Request
}

// fill copies what it changes of the request, which calls share.
func fill(shared *api.Request, values Values) (*Filled, *api.Error) {
	f := &Filled{request: *shared}
	r := &f.request
	r.System = slices.Clone(shared.System)
	r.Messages = slices.Clone(shared.Messages)
	for i := range r.Messages {
		r.Messages[i].Parts = slices.Clone(r.Messages[i].Parts)
	}
	var missing string
	err := eachText(r, func(text string) (string, error) {
		return expand(text, func(name string) (string, error) {
			v, given := values[name]
			if !given {
				missing = name
				return "", errNoValue
			}
			return v, nil
		})
	})
	if err != nil {
		return nil, api.Invalid("missing_prompt_variable", "prompt.variables."+missing, "The prompt needs a value for its variable %q.", missing)
	}
	return f, nil
}

// Size is how many bytes of text the prompt has.
func (f *Filled) Size() int {
	size := 0
	for i := range f.request.System {
		size += len(f.request.System[i].Text)
	}
	for i := range f.request.Messages {
		for j := range f.request.Messages[i].Parts {
			size += len(f.request.Messages[i].Parts[j].Text)
		}
	}
	return size
}

// Apply puts the prompt before what the caller says. Of the parameters the caller's own
// count where there are any. It may be done once.
func (f *Filled) Apply(to *api.Request) {
	p := &f.request
	to.System = append(p.System, to.System...)
	to.Messages = append(p.Messages, to.Messages...)
	if len(to.Tools) == 0 {
		to.Tools = append(to.Tools, p.Tools...)
	}
	unset(&to.Format, &p.Format, to.Format.Kind == api.FormatUnset)
	unset(&to.ToolChoice, &p.ToolChoice, to.ToolChoice.Mode == api.ToolUnset && !to.ToolChoice.Parallel.Set)
	unset(&to.Reasoning, &p.Reasoning, to.Reasoning == api.Reasoning{})
	unset(&to.Verbosity, &p.Verbosity, to.Verbosity == "")
	unset(&to.ServiceTier, &p.ServiceTier, to.ServiceTier == "")
	applySampling(&to.Sampling, &p.Sampling)
	applyExtra(to, p)
}

func unset[T any](to, from *T, is bool) {
	if is {
		*to = *from
	}
}

func given[T any](to, from *api.Opt[T]) {
	if !to.Set {
		*to = *from
	}
}

func applySampling(to, from *api.Sampling) {
	given(&to.MaxTokens, &from.MaxTokens)
	given(&to.Temperature, &from.Temperature)
	given(&to.TopP, &from.TopP)
	given(&to.TopK, &from.TopK)
	given(&to.N, &from.N)
	given(&to.Seed, &from.Seed)
	given(&to.PresencePenalty, &from.PresencePenalty)
	given(&to.FrequencyPenalty, &from.FrequencyPenalty)
	given(&to.LogProbs, &from.LogProbs)
	given(&to.TopLogProbs, &from.TopLogProbs)
	unset(&to.Stop, &from.Stop, len(to.Stop) == 0)
	unset(&to.LogitBias, &from.LogitBias, len(to.LogitBias) == 0)
}

// applyExtra takes over what this vocabulary has no word for, if the caller speaks the
// prompt's dialect.
func applyExtra(to, from *api.Request) {
	if to.ExtraOf == "" {
		to.ExtraOf = from.ExtraOf
	}
	if to.ExtraOf != from.ExtraOf {
		return
	}
	for _, field := range from.Extra {
		if !slices.ContainsFunc(to.Extra, func(own api.Field) bool { return own.Name == field.Name }) {
			to.Extra = append(to.Extra, field)
		}
	}
}
