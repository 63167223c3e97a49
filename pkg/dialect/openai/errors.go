package openai

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// maxMessageBytes bounds a provider's message.
const maxMessageBytes = 4096

// DecodeError implements dialect.Codec.
func (codec) DecodeError(status int, body []byte) *api.Error {
	body = bytes.TrimSpace(body)
	e := &api.Error{Kind: api.KindOfStatus(status), Status: status}
	if jsonx.Valid(body) == nil {
		readError(e, jsonx.Value(body))
	}
	e.Kind = refineKind(e.Kind, e.Type, e.Code)
	if e.Message == "" {
		e.Message = "The provider answered with status " + strconv.Itoa(status) + " and no message."
		if jsonx.Valid(body) != nil {
			e.Message = "The provider answered with status " + strconv.Itoa(status) + " and no JSON."
		}
	}
	return e
}

// errorIn reads an error that came with status 200, as a whole answer or as an
// event of a stream. The status is what the error says of itself, if it does.
func errorIn(body []byte) *api.Error {
	e := &api.Error{Kind: api.KindUnavailable}
	v := jsonx.Value(bytes.TrimSpace(body))
	if jsonx.Valid(v) == nil {
		readError(e, v)
	}
	if n, err := strconv.Atoi(e.Code); err == nil && n >= 400 && n < 600 { // OpenRouter, llama.cpp
		e.Status, e.Kind = n, api.KindOfStatus(n)
	}
	e.Kind = refineKind(e.Kind, e.Type, e.Code)
	if e.Status == 0 && e.Kind == api.KindUnavailable && e.Type == "server_error" {
		e.Status = 500 // what the API answers with when it says so at once
	}
	if e.Message == "" {
		e.Message = "The provider answered with an error and no message."
	}
	return e
}

// readError reads an error in any of the shapes that providers of this dialect have.
func readError(e *api.Error, v jsonx.Value) {
	if v.Kind() == jsonx.Array { // Google's endpoint sends [{"error":…}]
		for first := range v.Elements() {
			readError(e, first)
			return
		}
	}
	inner := v.Get("error")
	if nested := v.Get("x_groq", "error"); inner == nil && nested != nil {
		inner = nested
	}
	switch inner.Kind() {
	case jsonx.Object:
		readFields(e, inner)
		if e.Message != "" && v.Get("error", "message") != nil {
			// A caller of this dialect gets the body as it is, but for secrets.
			e.Raw, e.RawOf = api.JSON(secret.Redact(string(v))), name
		}
		return
	case jsonx.String:
		e.Message = message(inner)
		readCode(e, v)
		return
	}
	readFields(e, v)
	if e.Message != "" {
		return
	}
	if detail := v.Get("detail"); detail != nil { // FastAPI: a text, an object, or a list of faults
		e.Message = firstMessage(detail)
		return
	}
	e.Message = firstMessage(v.Get("errors")) // Cloudflare
}

func readFields(e *api.Error, v jsonx.Value) {
	e.Message = message(v.Get("message"))
	e.Param = secret.Redact(strings.Clone(take.Text(v, "param")))
	e.Type = secret.Redact(strings.Clone(take.Text(v, "type")))
	readCode(e, v)
}

// readCode reads a code, which some providers give as a number.
func readCode(e *api.Error, v jsonx.Value) {
	code := v.Get("code")
	if s, ok := code.Str(); ok {
		e.Code = secret.Redact(strings.Clone(s))
	} else if n, ok := code.Int(); ok {
		e.Code = strconv.FormatInt(n, 10)
	}
}

// firstMessage finds a message in a text, an object, or the first element of a list of either.
func firstMessage(v jsonx.Value) string {
	switch v.Kind() {
	case jsonx.String:
		return message(v)
	case jsonx.Array:
		for first := range v.Elements() {
			if first.Kind() != jsonx.Array {
				return firstMessage(first)
			}
			break
		}
	case jsonx.Object:
		if m := message(v.Get("message")); m != "" {
			return m
		}
		return message(v.Get("msg"))
	}
	return ""
}

// message returns a provider's message as it may be shown: without secrets, not
// endless, and nothing at all of a page of HTML.
func message(v jsonx.Value) string {
	s, _ := v.Str()
	if hasMarkup(s) {
		return ""
	}
	if len(s) > maxMessageBytes {
		cut := maxMessageBytes
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	return secret.Redact(strings.Clone(s))
}

func hasMarkup(s string) bool {
	low := strings.ToLower(s)
	for _, sign := range [...]string{"<html", "<!doctype", "<body", "<head", "<script", "</"} {
		if strings.Contains(low, sign) {
			return true
		}
	}
	return false
}

// refineKind looks at the words where the status says too little: a quota that
// is used up comes as 429, and what comes inside of a 200 has no status.
func refineKind(kind api.Kind, typ, code string) api.Kind {
	for _, word := range [...]string{code, typ} {
		switch word {
		case "insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance":
			return api.KindBilling
		case "model_not_found", "not_found_error":
			return api.KindNotFound
		case "invalid_api_key", "authentication_error":
			return api.KindAuthentication
		case "permission_error", "permission_denied":
			return api.KindPermission
		case "rate_limit_exceeded", "rate_limit_error":
			return api.KindRateLimit
		case "overloaded", "overloaded_error":
			return api.KindOverloaded
		case "context_length_exceeded", "content_filter", "content_policy_violation":
			return api.KindInvalid
		}
	}
	if kind == api.KindUnavailable && typ == "invalid_request_error" {
		return api.KindInvalid
	}
	return kind
}

// AppendError implements dialect.Codec.
func (codec) AppendError(dst []byte, e *api.Error) (status int, out []byte) {
	return e.HTTPStatus(), appendError(dst, e)
}

func appendError(dst []byte, e *api.Error) []byte {
	if e.RawOf == name && len(e.Raw) > 0 {
		return append(dst, e.Raw...)
	}
	dst = append(dst, `{"error":{`...)
	dst = put.Text(dst, "message", e.Message)
	dst = put.Text(dst, "type", errorTypes[e.Kind])
	dst = put.TextOrNull(dst, "param", e.Param)
	dst = put.TextOrNull(dst, "code", e.Code)
	return append(dst, "}}"...)
}

// errorTypes are the words for the kinds of error. The SDKs map by status; the
// word is for the people and programs that read it.
var errorTypes = [...]string{
	api.KindInternal:       "server_error",
	api.KindInvalid:        "invalid_request_error",
	api.KindAuthentication: "authentication_error",
	api.KindPermission:     "permission_error",
	api.KindNotFound:       "not_found_error",
	api.KindMethod:         "invalid_request_error",
	api.KindTooLarge:       "invalid_request_error",
	api.KindRateLimit:      "rate_limit_error",
	api.KindBilling:        "insufficient_quota",
	api.KindOverloaded:     "overloaded_error",
	api.KindUnavailable:    "server_error",
	api.KindTimeout:        "timeout_error",
	api.KindCanceled:       "request_canceled",
	api.KindUnsupported:    "invalid_request_error",
}
