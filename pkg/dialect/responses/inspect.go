package responses

// Hot path.

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Inspect implements dialect.Codec. It does not allocate for an answer that is one.
func (codec) Inspect(op api.Op, body []byte) (api.Usage, *api.Error) {
	a, err := scanAnswer(op, body)
	return a.usage, err
}

// answer are the members of a whole answer that tell whether it is one.
type answer struct {
	output jsonx.Value
	usage  api.Usage
}

// scanAnswer checks that body is an answer to op. An error inside of a 200 is the
// error, and so is a response that has failed.
func scanAnswer(op api.Op, body []byte) (answer, *api.Error) {
	var a answer
	failed := false
	_, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
		switch v := m.At.Of(body); string(m.Key) {
		case "output":
			a.output = v
		case "usage":
			a.usage = usageOf(v)
		case "input_tokens":
			if op == api.OpCountTokens {
				a.usage.Input, a.usage.Known = v.Int()
			}
		case "error":
			failed = failed || take.Present(v)
		case "status":
			word, _ := v.Str()
			failed = failed || word == "failed"
		}
		return nil
	})
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return a, badAnswer("an empty answer")
	case err != nil:
		return a, badAnswer("an answer that is not one whole JSON object")
	case failed:
		return a, failure(body)
	case op == api.OpCountTokens && !a.usage.Known, op != api.OpCountTokens && a.output.Kind() != jsonx.Array:
		return a, badAnswer("JSON that is no answer to the request")
	}
	return a, nil
}
