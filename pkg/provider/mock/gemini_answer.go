package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
)

// finishGemini are the finish reasons in Google's words; a turn that ends in
// calls is a STOP too.
var finishGemini = [...]string{
	finishStop: "STOP", finishLength: "MAX_TOKENS", finishTools: "STOP",
	finishSequence: "STOP", finishRefusal: "SAFETY",
}

func (gemini) appendWhole(dst []byte, a *answer) []byte {
	w := geminiParts{a: a}
	dst = w.open(dst)
	for i := range a.prompt.answers() {
		if i > 0 {
			dst = append(dst, `,{"content":{"parts":[`...)
		}
		if a.thinking != "" {
			dst = append(dst, `{"text":`...)
			dst = jsonx.AppendString(dst, a.thinking)
			dst = append(dst, `,"thought":true},`...)
		}
		dst = w.content(dst)
		dst = append(dst, `],"role":"model"},"finishReason":"`...)
		dst = append(dst, finishGemini[a.finish]...)
		dst = append(dst, `","index":`...)
		dst = strconv.AppendInt(dst, int64(i), 10)
		dst = append(dst, '}')
	}
	return w.close(dst, a.usage.output)
}

// geminiParts writes response objects.
type geminiParts struct{ a *answer }

// open begins a response up to the parts of its first candidate.
func (w geminiParts) open(dst []byte) []byte {
	return append(dst, `{"candidates":[{"content":{"parts":[`...)
}

// content appends the parts that are the answer proper.
func (w geminiParts) content(dst []byte) []byte {
	if len(w.a.calls) == 0 {
		dst = append(dst, `{"text":`...)
		return append(jsonx.AppendString(dst, w.a.text), '}')
	}
	for i := range w.a.calls {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = w.call(dst, i)
	}
	return dst
}

// call appends a call. Only the first of several is signed.
func (w geminiParts) call(dst []byte, i int) []byte {
	dst = append(dst, `{"functionCall":{"id":"`...)
	dst = w.a.appendCallID(dst, "", i)
	dst = append(dst, `","name":`...)
	dst = jsonx.AppendString(dst, w.a.calls[i].name)
	dst = append(dst, `,"args":`...)
	dst = append(append(dst, w.a.calls[i].args...), '}')
	if i == 0 {
		dst = append(dst, `,"thoughtSignature":"`...)
		dst = append(append(dst, signature(w.a.calls[0].name)...), '"')
	}
	return append(dst, '}')
}

// close ends a response after its candidates. The counts are cumulative.
func (w geminiParts) close(dst []byte, output int) []byte {
	u := w.a.usage
	answers := max(output-u.reasoning, 0) * w.a.prompt.answers()
	dst = append(dst, `],"usageMetadata":{"promptTokenCount":`...)
	dst = strconv.AppendInt(dst, int64(u.input), 10)
	dst = append(dst, `,"candidatesTokenCount":`...)
	dst = strconv.AppendInt(dst, int64(answers), 10)
	dst = append(dst, `,"totalTokenCount":`...)
	dst = strconv.AppendInt(dst, int64(u.input+answers+u.reasoning), 10)
	if u.cached > 0 {
		dst = append(dst, `,"cachedContentTokenCount":`...)
		dst = strconv.AppendInt(dst, int64(u.cached), 10)
	}
	dst = append(dst, `,"promptTokensDetails":[{"modality":"TEXT","tokenCount":`...)
	dst = strconv.AppendInt(dst, int64(u.input), 10)
	dst = append(dst, `}]`...)
	if u.reasoning > 0 {
		dst = append(dst, `,"thoughtsTokenCount":`...)
		dst = strconv.AppendInt(dst, int64(u.reasoning), 10)
	}
	dst = append(dst, `},"modelVersion":`...)
	dst = jsonx.AppendString(dst, w.a.prompt.model)
	dst = append(dst, `,"responseId":"`...)
	dst = append(dst, w.a.id...)
	return append(dst, `"}`...)
}

// headers: the Gemini API sends none of note, and no rate limits.
func (gemini) headers(c *call) {
	c.ctx.Response.Header.Set("X-Content-Type-Options", "nosniff")
}

// geminiErrors are the canonical codes that come with a status:
// https://cloud.google.com/apis/design/errors
var geminiErrors = map[int]string{
	fasthttp.StatusUnauthorized:        "UNAUTHENTICATED",
	fasthttp.StatusForbidden:           "PERMISSION_DENIED",
	fasthttp.StatusNotFound:            "NOT_FOUND",
	fasthttp.StatusTooManyRequests:     "RESOURCE_EXHAUSTED",
	fasthttp.StatusServiceUnavailable:  "UNAVAILABLE",
	fasthttp.StatusGatewayTimeout:      "DEADLINE_EXCEEDED",
	fasthttp.StatusInternalServerError: "INTERNAL",
}

func (gemini) appendError(dst []byte, status int, message, _ string) []byte {
	code, ok := geminiErrors[status]
	switch {
	case ok:
	case status >= fasthttp.StatusInternalServerError:
		code = "INTERNAL"
	default:
		code = "INVALID_ARGUMENT"
	}
	dst = append(dst, `{"error":{"code":`...)
	dst = strconv.AppendInt(dst, int64(status), 10)
	dst = append(dst, `,"message":`...)
	dst = jsonx.AppendString(dst, message)
	dst = append(dst, `,"status":"`...)
	dst = append(dst, code...)
	if status == fasthttp.StatusTooManyRequests {
		dst = append(dst, `","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]}}`...)
		return dst
	}
	return append(dst, `"}}`...)
}
