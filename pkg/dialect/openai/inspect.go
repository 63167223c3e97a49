package openai

// Hot path.

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Inspect implements dialect.Codec. It does not allocate for an answer that is one.
func (codec) Inspect(op api.Op, body []byte) (api.Usage, *api.Error) {
	if u, ok := glance(op, body); ok {
		return u, nil
	}
	a, err := scanAnswer(op, body)
	return a.usage, err
}

var (
	errorName   = []byte(`"error"`)
	choicesName = []byte(`"choices"`)
	usageName   = []byte(`"usage":`)
)

// glance reads the usage of an answer that is beyond doubt one, at a fraction of
// what scanning it costs (BenchmarkInspect). A quoted name stands nowhere but
// where it is a name or a whole string, since quotes within strings are escaped;
// and braces that balance are the mark of an answer that is whole. Whatever is
// not so is left to scanAnswer.
func glance(op api.Op, body []byte) (api.Usage, bool) {
	if op != api.OpChat || len(body) == 0 || body[0] != '{' || body[len(body)-1] != '}' {
		return api.Usage{}, false
	}
	if bytes.Count(body, []byte{'{'}) != bytes.Count(body, []byte{'}'}) ||
		!bytes.Contains(body, choicesName) || bytes.Contains(body, errorName) {
		return api.Usage{}, false
	}
	at := bytes.LastIndex(body, usageName)
	if at < 0 {
		return api.Usage{}, false
	}
	u := usageOf(body[at+len(usageName):])
	return u, u.Known
}

// answer are the members of a whole answer that tell whether it is one.
type answer struct {
	rows  jsonx.Value // choices or data
	usage api.Usage
}

// scanAnswer checks that body is an answer to op. An error inside of a 200 is the error.
func scanAnswer(op api.Op, body []byte) (answer, *api.Error) {
	if op == api.OpModels && isArray(body) { // Together sends the bare list
		if jsonx.Valid(body) != nil {
			return answer{}, badAnswer("an answer that is not whole JSON")
		}
		return answer{rows: bytes.TrimSpace(body)}, nil
	}
	rowsName := "choices"
	if op == api.OpEmbedding || op == api.OpModels {
		rowsName = "data"
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
