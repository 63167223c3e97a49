package anthropic

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Errors: https://docs.anthropic.com/en/api/errors

// errorTypes are the dialect's words for errors and what they stand for. The
// first of a kind is the one that is written for it.
var errorTypes = []struct {
	word string
	kind api.Kind
}{
	{"invalid_request_error", api.KindInvalid},
	{"authentication_error", api.KindAuthentication},
	{"billing_error", api.KindBilling},
	{"permission_error", api.KindPermission},
	{"not_found_error", api.KindNotFound},
	{"request_too_large", api.KindTooLarge},
	{"rate_limit_error", api.KindRateLimit},
	{"timeout_error", api.KindTimeout},
	{"overloaded_error", api.KindOverloaded},
	{"api_error", api.KindUnavailable},
}

// errorWord returns the type to write for e: the provider's own word if it is
// one of this dialect, or else that of e's kind.
func errorWord(e *api.Error) string {
	kind := e.Kind
	switch kind {
	case api.KindUnsupported, api.KindMethod:
		kind = api.KindInvalid
	}
	word := "api_error"
	for i := range errorTypes {
		if errorTypes[i].word == e.Type {
			return e.Type
		}
		if errorTypes[i].kind == kind {
			word = errorTypes[i].word
		}
	}
	return word
}

// statusOverloaded is the dialect's own status for an overloaded API.
const statusOverloaded = 529

// maxErrorText is how much of an error that is plain text is shown, in bytes.
const maxErrorText = 500

// DecodeError implements dialect.Codec.
func (codec) DecodeError(status int, body []byte) *api.Error {
	e := &api.Error{Kind: api.KindOfStatus(status), Status: status}
	decodeErrorBody(e, bytes.TrimSpace(body))
	if e.Message == "" {
		e.Message = "The provider answered with an error and gave no readable reason."
	}
	return e
}

// errorInAnswer reads an error object that came with a success status.
func errorInAnswer(body []byte) *api.Error {
	e := &api.Error{Kind: api.KindUnavailable}
	decodeErrorBody(e, bytes.TrimSpace(body))
	if e.Message == "" {
		return badAnswer("an error without a message")
	}
	if e.Type == "api_error" {
		e.Status = 500 // what the API answers with when it says so at once
	}
	return e
}

// decodeErrorBody fills e with what body says, in this dialect's shape or in one
// of those that look-alikes and proxies in between have.
func decodeErrorBody(e *api.Error, body []byte) {
	if jsonx.Valid(body) != nil {
		e.Message = plainText(body)
		return
	}
	v := jsonx.Value(body)
	detail := v.Get("error")
	e.Type = strings.Clone(take.Text(detail, "type"))
	e.Param = strings.Clone(take.Text(detail, "param"))
	e.Code = strings.Clone(take.Text(detail, "details", "error_code"))
	if e.Code == "" {
		e.Code = strings.Clone(take.Text(detail, "code"))
	}
	for _, m := range [...]string{take.Text(detail, "message"), take.Text(detail), take.Text(v, "message"), take.Text(v, "detail")} {
		if m != "" {
			e.Message = shown(m)
			break
		}
	}
	for i := range errorTypes {
		if errorTypes[i].word == e.Type {
			e.Kind = errorTypes[i].kind
		}
	}
	if take.Text(v, "type") == "error" && detail.Kind() == jsonx.Object && e.Message == take.Text(detail, "message") {
		if raw := jsonx.Borrow(body); secret.Redact(raw) == raw {
			e.Raw, e.RawOf = slices.Clone(body), name
		}
	}
}

// plainText returns a body that is not JSON if it can be shown.
func plainText(body []byte) string {
	if !utf8.Valid(body) || len(body) > maxErrorText || bytes.IndexByte(body, '{') == 0 {
		return ""
	}
	return shown(string(body))
}

// shown returns a provider's words as a caller may see them: no markup, no secrets.
func shown(message string) string {
	lower := strings.ToLower(message)
	for _, mark := range [...]string{"<html", "<!doctype", "<head", "<body", "</"} {
		if strings.Contains(lower, mark) {
			return ""
		}
	}
	return strings.Clone(secret.Redact(message))
}

// AppendError implements dialect.Codec. The gateway's code and the field at
// fault stand in error besides what the API itself puts there; SDKs leave them be.
func (codec) AppendError(dst []byte, e *api.Error) (status int, out []byte) {
	status = e.HTTPStatus()
	if e.Status == 0 && e.Kind == api.KindOverloaded {
		status = statusOverloaded
	}
	return status, appendError(dst, e)
}

func appendError(dst []byte, e *api.Error) []byte {
	if e.RawOf == name && len(e.Raw) > 0 {
		return append(dst, e.Raw...)
	}
	dst = append(dst, `{"type":"error","error":{"type":`...)
	dst = jsonx.AppendString(dst, errorWord(e))
	dst = appendKey(dst, "message")
	dst = jsonx.AppendString(dst, e.Message)
	if e.Code != "" {
		dst = appendKey(dst, "code")
		dst = jsonx.AppendString(dst, e.Code)
	}
	if e.Param != "" {
		dst = appendKey(dst, "param")
		dst = jsonx.AppendString(dst, e.Param)
	}
	return append(dst, "}}"...)
}
