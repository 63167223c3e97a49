package responses

import (
	"bytes"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
)

// DecodeError implements dialect.Codec. Errors are those of OpenAI's whole API.
func (codec) DecodeError(status int, body []byte) *api.Error {
	return openai.Codec.DecodeError(status, body)
}

// AppendError implements dialect.Codec.
func (codec) AppendError(dst []byte, e *api.Error) (status int, out []byte) {
	return openai.Codec.AppendError(dst, e)
}

// failure reads an error that came with status 200: in an answer, in the response
// of an event, or as an event itself, whose members are the error's.
func failure(body []byte) *api.Error {
	e := openai.Codec.DecodeError(0, bytes.TrimSpace(body))
	e.Raw, e.RawOf = nil, ""
	if e.Type == "error" { // the event's
		e.Type = ""
	}
	switch {
	case e.Code == "server_error" && e.Kind == api.KindUnavailable:
		e.Status = 500 // what the API answers with when it says so at once
	case e.Code == "invalid_prompt":
		e.Kind = api.KindInvalid
	}
	return e
}

// badAnswer is the error for a provider's answer that cannot be used.
func badAnswer(what string) *api.Error {
	return api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider sent %s.", what)
}
