package cohere

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Errors: https://docs.cohere.com/reference/errors
// They are told apart by their status alone: {"message":…, "id":…}.

// statusInvalidToken is the dialect's own status for a key that cannot be one.
const statusInvalidToken = 498

// maxMessageBytes bounds a provider's message.
const maxMessageBytes = 4096

// DecodeError implements dialect.Codec.
func (codec) DecodeError(status int, body []byte) *api.Error {
	e := &api.Error{Kind: api.KindOfStatus(status), Status: status}
	if status == statusInvalidToken {
		e.Kind = api.KindAuthentication
	}
	readError(e, bytes.TrimSpace(body))
	if e.Message == "" {
		e.Message = "The provider answered with status " + strconv.Itoa(status) + " and no message."
	}
	return e
}

// errorInAnswer reads an error object that came with a success status.
func errorInAnswer(body []byte) *api.Error {
	e := &api.Error{Kind: api.KindUnavailable, Status: 500}
	readError(e, bytes.TrimSpace(body))
	if e.Message == "" {
		return badAnswer("an error without a message")
	}
	return e
}

// readError reads an error in the dialect's shape, or in one of those that proxies
// in between and look-alikes have.
func readError(e *api.Error, body []byte) {
	if jsonx.Valid(body) != nil {
		return
	}
	v := jsonx.Value(body)
	e.Code = secret.Redact(strings.Clone(take.Text(v, "code")))
	e.Param = secret.Redact(strings.Clone(take.Text(v, "param")))
	if e.Message = shown(take.Text(v, "message")); e.Message != "" {
		if raw := jsonx.Borrow(body); secret.Redact(raw) == raw && len(body) <= maxMessageBytes {
			e.Raw, e.RawOf = slices.Clone(body), name // a caller of this dialect gets the body as it is
		}
		return
	}
	for _, m := range [...]string{take.Text(v, "error", "message"), take.Text(v, "error"), take.Text(v, "detail"), take.Text(v, "data")} {
		if e.Message = shown(m); e.Message != "" {
			return
		}
	}
}

// shown returns a provider's words as a caller may see them: no markup, no secrets, not endless.
func shown(message string) string {
	lower := strings.ToLower(message)
	for _, mark := range [...]string{"<html", "<!doctype", "<head", "<body", "</"} {
		if strings.Contains(lower, mark) {
			return ""
		}
	}
	if len(message) > maxMessageBytes {
		message = strings.ToValidUTF8(message[:maxMessageBytes], "")
	}
	return secret.Redact(strings.Clone(message))
}

// AppendError implements dialect.Codec. The gateway's code and the field at fault
// stand beside the message; SDKs leave them be.
func (codec) AppendError(dst []byte, e *api.Error) (status int, out []byte) {
	return e.HTTPStatus(), appendError(dst, e)
}

func appendError(dst []byte, e *api.Error) []byte {
	if e.RawOf == name && len(e.Raw) > 0 {
		return append(dst, e.Raw...)
	}
	dst = put.Text(append(dst, '{'), "message", e.Message)
	dst = put.Some(dst, "code", e.Code)
	dst = put.Some(dst, "param", e.Param)
	return append(dst, '}')
}
