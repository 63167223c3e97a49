package cohere

// Hot path.

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Inspect implements dialect.Codec.
func (codec) Inspect(op api.Op, body []byte) (api.Usage, *api.Error) {
	if err := unsupportedOp(op); err != nil {
		return api.Usage{}, err
	}
	a, err := scanAnswer(op, body)
	return a.usage, err
}

// answer are the members of a whole answer that tell whether it is one.
type answer struct {
	proper jsonx.Value // the member that is the answer
	usage  api.Usage
}

// scanAnswer checks that body is an answer to op. An error inside of a 200 is the error.
func scanAnswer(op api.Op, body []byte) (answer, *api.Error) {
	var a answer
	want, kind := properOf(op)
	var message jsonx.Value
	var reason string
	_, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
		v := m.At.Of(body)
		switch string(m.Key) {
		case "usage", "meta":
			a.usage = usageOf(v)
		case "message":
			message = v
		case "finish_reason":
			reason, _ = v.Str()
		}
		if string(m.Key) == want {
			a.proper = v
		}
		return nil
	})
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return a, badAnswer("an empty answer")
	case err != nil:
		return a, badAnswer("an answer that is not one whole JSON object")
	case message.Kind() == jsonx.String:
		return a, errorInAnswer(body)
	case a.proper.Kind() != kind:
		return a, badAnswer("JSON that is no answer to the request")
	}
	if op == api.OpCountTokens {
		a.usage = countTokens(a.proper)
	}
	return a, failure(reason, "")
}

// properOf is the member of an answer that it is about, and what it has to be.
func properOf(op api.Op) (member string, kind jsonx.Kind) {
	switch op {
	case api.OpEmbedding:
		return "embeddings", jsonx.Object
	case api.OpModels:
		return "models", jsonx.Array
	case api.OpRerank:
		return "results", jsonx.Array
	case api.OpCountTokens:
		return "tokens", jsonx.Array
	}
	return "message", jsonx.Object
}

// badAnswer is the error for a provider's answer that cannot be used.
func badAnswer(what string) *api.Error {
	return api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider sent %s.", what)
}
