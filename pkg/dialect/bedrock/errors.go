package bedrock

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// errorNames are Bedrock's names of errors, without the Exception that they end in,
// and what they stand for. The first of a status is the one that is written for it.
// https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
var errorNames = [...]struct {
	name   string
	status int
	kind   api.Kind
}{
	{"Validation", 400, api.KindInvalid},
	{"ServiceQuotaExceeded", 400, api.KindRateLimit},
	{"ServiceQuotaExceeded", 402, api.KindBilling},
	{"AccessDenied", 403, api.KindPermission},
	{"UnrecognizedClient", 403, api.KindAuthentication},
	{"InvalidSignature", 403, api.KindAuthentication},
	{"ExpiredToken", 403, api.KindAuthentication},
	{"MissingAuthenticationToken", 403, api.KindAuthentication},
	{"IncompleteSignature", 403, api.KindAuthentication},
	{"AccessDenied", 401, api.KindAuthentication},
	{"ResourceNotFound", 404, api.KindNotFound},
	{"UnknownOperation", 405, api.KindMethod},
	{"ModelTimeout", 408, api.KindTimeout},
	{"Conflict", 409, api.KindInvalid},
	{"Validation", 413, api.KindTooLarge},
	{"ModelError", 424, api.KindUnavailable},
	{"ModelStreamError", 424, api.KindUnavailable},
	{"Throttling", 429, api.KindRateLimit},
	{"ModelNotReady", 429, api.KindOverloaded},
	{"InternalServer", 500, api.KindUnavailable},
	{"ServiceUnavailable", 502, api.KindUnavailable},
	{"ServiceUnavailable", 503, api.KindOverloaded},
	{"ModelTimeout", 504, api.KindTimeout},
}

// exception is what the names of errors end in.
const exception = "Exception"

// nameHeader is the header that has an error's name.
const nameHeader = "x-amzn-errortype"

// maxMessage is how many bytes of a provider's message are kept.
const maxMessage = 4 << 10

// DecodeError implements dialect.Codec.
func (codec) DecodeError(status int, body []byte) *api.Error {
	e := &api.Error{Kind: kindOfStatus(status), Status: status, Sent: api.SentYes}
	v := jsonx.Value(bytes.TrimSpace(body))
	if jsonx.Valid(body) == nil && v.Kind() == jsonx.Object {
		e.Message = shown(messageOf(v))
		setName(e, take.Text(v, "__type"))
		if raw := jsonx.Borrow(body); e.Message != "" && secret.Redact(raw) == raw {
			e.Raw, e.RawOf = slices.Clone(body), name
		}
	}
	if e.Message == "" {
		e.Message = "The provider answered with status " + strconv.Itoa(status) + " and no readable error."
	}
	return e
}

func kindOfStatus(status int) api.Kind {
	if status == 424 { // the model, which Bedrock depends on, has failed
		return api.KindUnavailable
	}
	return api.KindOfStatus(status)
}

// messageOf is the message of an error, which AWS spells in two ways.
func messageOf(v jsonx.Value) string {
	if s := take.Text(v, "message"); s != "" {
		return s
	}
	return take.Text(v, "Message")
}

// errorInAnswer reads an error that came with a success status: in a stream, or in
// place of an answer.
func errorInAnswer(named string, data []byte) *api.Error {
	e := &api.Error{Kind: api.KindUnavailable, Sent: api.SentYes}
	v := jsonx.Value(bytes.TrimSpace(data))
	if jsonx.Valid(data) == nil {
		e.Message = shown(messageOf(v))
		if named == errorEvent {
			named = take.Text(v, "code")
		}
	}
	setName(e, named)
	for i := range errorNames {
		if errorNames[i].name+exception == e.Type {
			e.Status = errorNames[i].status
			break
		}
	}
	if e.Message == "" {
		e.Message = "The provider's answer is an error without a message."
	}
	return e
}

// setName gives e the name of an error as AWS sends it: perhaps with a namespace
// before it and an address behind, and in streams with a small first letter.
func setName(e *api.Error, named string) {
	named, _, _ = strings.Cut(named, ":")
	named = named[strings.LastIndexByte(named, '#')+1:]
	if named == "" || len(named) > 100 {
		return
	}
	e.Type = strings.ToUpper(named[:1]) + strings.Clone(named[1:])
	for i := range errorNames {
		if n := &errorNames[i]; n.name+exception == e.Type && (e.Status == 0 || n.status == e.Status) {
			e.Kind = n.kind
			return
		}
	}
}

// shown returns a provider's words as a caller may see them: no markup, no secrets.
func shown(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "<") {
		return ""
	}
	return strings.ToValidUTF8(strings.Clone(secret.Redact(s[:min(len(s), maxMessage)])), "")
}

// NameError implements dialect.ErrorNamer.
func (codec) NameError(e *api.Error, named string) { setName(e, named) }

// ErrorHeader implements dialect.ErrorNamer.
func (codec) ErrorHeader() string { return nameHeader }

// ErrorName implements dialect.ErrorNamer: Bedrock's own name, or that of the status.
func (codec) ErrorName(e *api.Error) string {
	if strings.HasSuffix(e.Type, exception) {
		return e.Type
	}
	status := e.HTTPStatus()
	for i := range errorNames {
		if errorNames[i].status == status {
			return errorNames[i].name + exception
		}
	}
	if status >= 500 {
		return "InternalServer" + exception
	}
	return "Validation" + exception
}

// AppendError implements dialect.Codec. The gateway's code stands beside the
// message; the name is in a header.
func (codec) AppendError(dst []byte, e *api.Error) (status int, out []byte) {
	status = e.HTTPStatus()
	if e.RawOf == name && len(bytes.TrimSpace(e.Raw)) > 0 {
		return status, append(dst, e.Raw...)
	}
	o := put.Begin(dst)
	o.Text("message", e.Message)
	if e.Provider == "" {
		o.Some("code", e.Code)
	}
	return status, o.End()
}
