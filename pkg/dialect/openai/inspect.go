package openai

// Hot path.

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Inspect implements dialect.Codec. It does not allocate for an answer that is
// one. To look for the few names of interest in the bytes instead of scanning them
// saves a tenth at best, and costs half as much again where the JSON is indented,
// as OpenAI's is (BenchmarkInspect has both).
func (codec) Inspect(op api.Op, body []byte) (api.Usage, *api.Error) {
	a, err := scanAnswer(op, body)
	return a.usage, err
}

// answer are the members of a whole answer that tell whether it is one.
type answer struct {
	rows  jsonx.Value // choices or data
	usage api.Usage
}

// scanAnswer checks that body is an answer to op. An error inside of a 200 is the error.
func scanAnswer(op api.Op, body []byte) (answer, *api.Error) {
	if (op == api.OpModels || op == api.OpRerank) && isArray(body) { // Together and SGLang send the bare list
		if jsonx.Valid(body) != nil {
			return answer{}, badAnswer("an answer that is not whole JSON")
		}
		return answer{rows: bytes.TrimSpace(body)}, nil
	}
	rowsName := "choices"
	if op == api.OpEmbedding || op == api.OpModels {
		rowsName = "data"
	}
	if op == api.OpRerank {
		rowsName = "results"
	}
	var a answer
	failed := false
	_, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
		switch v := m.At.Of(body); string(m.Key) {
		case rowsName:
			a.rows = v
		case "usage":
			a.usage = usageOf(v)
		case "error":
			failed = failed || !v.IsNull()
		case "object":
			word, _ := v.Str()
			failed = failed || word == "error" // SGLang
		}
		return nil
	})
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return a, badAnswer("an empty answer")
	case err != nil:
		return a, badAnswer("an answer that is not one whole JSON object")
	case failed:
		return a, errorIn(body)
	case a.rows.Kind() != jsonx.Array:
		return a, badAnswer("JSON that is no answer to the request")
	}
	return a, nil
}

func isArray(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("["))
}

// badAnswer is the error for a provider's answer that cannot be used.
func badAnswer(what string) *api.Error {
	return api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider sent %s.", what)
}
