package anthropic

// Hot path.

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Inspect implements dialect.Codec.
func (codec) Inspect(op api.Op, body []byte) (api.Usage, *api.Error) {
	if err := unsupportedOp(op); err != nil {
		return api.Usage{}, err
	}
	return inspect(op, body)
}

// answer is what inspect keeps of a body.
type answer struct {
	kind, content, err, usage, count, data jsonx.Span
}

// inspect reads the usage of a whole answer, in one pass, and says what is wrong
// with a body that is none.
func inspect(op api.Op, body []byte) (api.Usage, *api.Error) {
	var a answer
	if _, err := jsonx.ScanObject(body, func(m jsonx.Member) error { a.member(m); return nil }); err != nil {
		return api.Usage{}, badAnswer(whatItIs(body))
	}
	if e := a.err.Of(body); e.Kind() == jsonx.Object || take.Text(a.kind.Of(body)) == "error" {
		return api.Usage{}, errorInAnswer(body)
	}
	var u wireUsage
	switch op {
	case api.OpModels:
		if a.data.Of(body).Kind() != jsonx.Array {
			return api.Usage{}, badAnswer("JSON without a list of models")
		}
	case api.OpCountTokens:
		n, ok := a.count.Of(body).Int()
		if !ok {
			return api.Usage{}, badAnswer("JSON without input_tokens")
		}
		u.input, u.known = n, true
	default:
		if a.content.Of(body).Kind() != jsonx.Array {
			return api.Usage{}, badAnswer("JSON without content")
		}
		u.merge(a.usage.Of(body))
	}
	return u.usage(), nil
}

func (a *answer) member(m jsonx.Member) {
	switch string(m.Key) {
	case "type":
		a.kind = m.At
	case "content":
		a.content = m.At
	case "error":
		a.err = m.At
	case "usage":
		a.usage = m.At
	case "input_tokens":
		a.count = m.At
	case "data":
		a.data = m.At
	}
}

// whatItIs describes a body that is not an object, without quoting it.
func whatItIs(body []byte) string {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return "an empty body"
	case body[0] == '<':
		return "a page of markup"
	case body[0] == '{':
		return "broken or incomplete JSON"
	}
	return "a body that is not a JSON object"
}

// badAnswer is the error for a success status with a body that is no answer.
func badAnswer(what string) *api.Error {
	return api.Errorf(api.KindUnavailable, "provider_bad_answer",
		"The provider answered with success but sent %s.", what)
}
