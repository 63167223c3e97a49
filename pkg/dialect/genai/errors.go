package genai

import (
	"bytes"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// statusWords are the words of Google's error status, the kind of error that
// each stands for, and its HTTP status:
// https://cloud.google.com/apis/design/errors#handling_errors
var statusWords = [...]struct {
	word string
	http int
	kind api.Kind
}{
	{"INVALID_ARGUMENT", 400, api.KindInvalid},
	{"FAILED_PRECONDITION", 400, api.KindInvalid},
	{"OUT_OF_RANGE", 400, api.KindInvalid},
	{"UNAUTHENTICATED", 401, api.KindAuthentication},
	{"PERMISSION_DENIED", 403, api.KindPermission},
	{"NOT_FOUND", 404, api.KindNotFound},
	{"ABORTED", 409, api.KindInvalid},
	{"ALREADY_EXISTS", 409, api.KindInvalid},
	{"RESOURCE_EXHAUSTED", 429, api.KindRateLimit},
	{"CANCELLED", 499, api.KindUnavailable},
	{"UNKNOWN", 500, api.KindUnavailable},
	{"DATA_LOSS", 500, api.KindUnavailable},
	{"INTERNAL", 500, api.KindUnavailable},
	{"UNIMPLEMENTED", 501, api.KindUnsupported},
	{"UNAVAILABLE", 503, api.KindOverloaded},
	{"DEADLINE_EXCEEDED", 504, api.KindTimeout},
}

// wordOfKind is the status word that a kind of error is written with.
var wordOfKind = [...]string{
	api.KindInternal: "INTERNAL", api.KindInvalid: "INVALID_ARGUMENT",
	api.KindAuthentication: "UNAUTHENTICATED", api.KindPermission: "PERMISSION_DENIED",
	api.KindNotFound: "NOT_FOUND", api.KindMethod: "UNIMPLEMENTED",
	api.KindTooLarge: "INVALID_ARGUMENT", api.KindRateLimit: "RESOURCE_EXHAUSTED",
	api.KindBilling: "RESOURCE_EXHAUSTED", api.KindOverloaded: "UNAVAILABLE",
	api.KindUnavailable: "UNAVAILABLE", api.KindTimeout: "DEADLINE_EXCEEDED",
	api.KindCanceled: "CANCELLED", api.KindUnsupported: "FAILED_PRECONDITION",
}

// maxMessage is how many bytes of a provider's message are kept.
const maxMessage = 4 << 10

// DecodeError implements dialect.Codec.
func (codec) DecodeError(status int, body []byte) *api.Error {
	if e := errorObject(body); e != nil {
		return decodeErrorObject(status, e, body)
	}
	return &api.Error{
		Kind: api.KindOfStatus(status), Status: status, Sent: api.SentYes,
		Message: "The provider answered with status " + strconv.Itoa(status) + " and no readable error.",
	}
}

// errorObject returns the object that says what went wrong in {error:{…}} or
// [{error:{…}}], where a stream in array form has it; nil if body is neither.
func errorObject(body []byte) jsonx.Value {
	if jsonx.Valid(body) != nil {
		return nil
	}
	v := jsonx.Value(body)
	for e := range v.Elements() {
		v = e
		break
	}
	if e := v.Get("error"); e.Kind() == jsonx.Object || e.Kind() == jsonx.String {
		return e
	}
	return nil
}

// decodeErrorObject reads {code, message, status, details}. Status is that of the
// HTTP answer; 0 takes the error's own, for one inside of a success.
func decodeErrorObject(status int, v jsonx.Value, body []byte) *api.Error {
	e := &api.Error{Sent: api.SentYes, Type: strings.Clone(text(v, "status", "status"))}
	if status == 0 {
		status = errorCode(v, e.Type)
	}
	e.Status, e.Kind = status, kindOf(status, e.Type)
	message, ok := v.Str()
	if !ok {
		message = text(v, "message", "message")
	}
	e.Message = cleanMessage(message, status)
	for d := range v.Get("details").Elements() {
		readDetail(e, d)
	}
	if e.Code == "API_KEY_INVALID" {
		e.Kind = api.KindAuthentication // Google says 400 INVALID_ARGUMENT
	}
	e.Raw, e.RawOf = api.JSON(secret.Redact(string(body))), name
	return e
}

// errorCode is the HTTP status that an error names; that of its word, or 502, if it names none.
func errorCode(v jsonx.Value, word string) int {
	if code, ok := v.Get("code").Int(); ok && code >= 400 && code <= 599 {
		return int(code)
	}
	for i := range statusWords {
		if statusWords[i].word == word {
			return statusWords[i].http
		}
	}
	return 502
}

func kindOf(status int, word string) api.Kind {
	for i := range statusWords {
		if statusWords[i].word == word {
			return statusWords[i].kind
		}
	}
	return api.KindOfStatus(status)
}

// readDetail reads one of Google's typed details:
// https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
func readDetail(e *api.Error, d jsonx.Value) {
	kind := text(d, "@type", "@type")
	switch kind[strings.LastIndexByte(kind, '.')+1:] {
	case "ErrorInfo":
		e.Code = secret.Redact(strings.Clone(text(d, "reason", "reason")))
	case "RetryInfo":
		if wait, err := time.ParseDuration(text(d, "retryDelay", "retry_delay")); err == nil && wait > 0 {
			e.RetryAfter = wait
		}
	case "BadRequest":
		for f := range d.Get("fieldViolations").Elements() {
			e.Param = strings.Clone(text(f, "field", "field"))
			return
		}
	}
}

// cleanMessage makes a provider's message fit to be shown: no secrets, no markup,
// no more than maxMessage bytes.
func cleanMessage(s string, status int) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasPrefix(s, "<") {
		return "The provider answered with status " + strconv.Itoa(status) + " and no message."
	}
	s = secret.Redact(strings.Clone(s))
	if len(s) > maxMessage {
		cut := maxMessage
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	return s
}

// AppendError implements dialect.Codec.
func (codec) AppendError(dst []byte, e *api.Error) (status int, out []byte) {
	status = e.HTTPStatus()
	if e.RawOf == name && len(bytes.TrimSpace(e.Raw)) > 0 {
		return status, append(dst, e.Raw...)
	}
	return status, appendError(dst, e, status)
}

// appendError writes Google's error. Its details carry the gateway's code, the
// field at fault and how long to wait.
func appendError(dst []byte, e *api.Error, status int) []byte {
	o := put.Begin(dst)
	o.Key("error")
	in := put.Begin(o.Dst)
	in.Int("code", int64(status))
	in.Text("message", e.Message)
	in.Text("status", wordOf(e))
	in.Key("details")
	in.Dst = append(in.Dst, '[')
	n := len(in.Dst)
	if e.Code != "" {
		in.Dst = append(in.Dst, `{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":`...)
		in.Dst = jsonx.AppendString(in.Dst, e.Code)
		in.Dst = append(in.Dst, `,"domain":"asbru"},`...)
	}
	if e.Param != "" {
		in.Dst = append(in.Dst, `{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":`...)
		in.Dst = jsonx.AppendString(in.Dst, e.Param)
		in.Dst = append(in.Dst, `}]},`...)
	}
	if e.RetryAfter > 0 {
		in.Dst = append(in.Dst, `{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"`...)
		in.Dst = strconv.AppendFloat(in.Dst, e.RetryAfter.Seconds(), 'f', -1, 64)
		in.Dst = append(in.Dst, `s"},`...)
	}
	if len(in.Dst) > n {
		in.Dst = in.Dst[:len(in.Dst)-1] // the comma behind the last detail
	}
	in.Dst = append(in.Dst, ']')
	o.Dst = in.End()
	return o.End()
}

// wordOf returns the status word of an error: Google's own, or its kind's.
func wordOf(e *api.Error) string {
	for i := range statusWords {
		if statusWords[i].word == e.Type {
			return e.Type
		}
	}
	if int(e.Kind) < len(wordOfKind) {
		return wordOfKind[e.Kind]
	}
	return "UNKNOWN"
}
