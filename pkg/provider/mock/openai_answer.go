package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
)

// finishOpenAI are the finish reasons in OpenAI's words.
var finishOpenAI = [...]string{
	finishStop: "stop", finishLength: "length", finishTools: "tool_calls",
	finishSequence: "stop", finishRefusal: "stop",
}

const fingerprint = `"system_fingerprint":"fp_mock"`

func (openaiChat) appendWhole(dst []byte, a *answer) []byte {
	dst = appendOpenAIStart(dst, a, "chatcmpl-", "chat.completion")
	dst = append(dst, `"choices":[`...)
	for i := range a.prompt.answers() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"index":`...)
		dst = strconv.AppendInt(dst, int64(i), 10)
		dst = append(dst, `,"message":{"role":"assistant","content":`...)
		dst = a.appendOpenAIMessage(dst)
		dst = append(dst, `,"annotations":[]},"logprobs":`...)
		dst = appendLogprobs(dst, a, a.text)
		dst = append(dst, `,"finish_reason":"`...)
		dst = append(dst, finishOpenAI[a.finish]...)
		dst = append(dst, `"}`...)
	}
	dst = append(dst, `],"usage":`...)
	dst = a.appendOpenAIUsage(dst)
	return append(dst, `,"service_tier":"default",`+fingerprint+`}`...)
}

// appendOpenAIStart opens an answer or a chunk of one.
func appendOpenAIStart(dst []byte, a *answer, prefix, object string) []byte {
	dst = append(dst, `{"id":"`...)
	dst = append(dst, prefix...)
	dst = append(dst, a.id...)
	dst = append(dst, `","object":"`...)
	dst = append(dst, object...)
	dst = append(dst, `","created":`...)
	dst = strconv.AppendInt(dst, a.created, 10)
	dst = append(dst, `,"model":`...)
	dst = jsonx.AppendString(dst, a.prompt.model)
	return append(dst, ',')
}

// appendOpenAIMessage appends a message from its content's value on.
func (a *answer) appendOpenAIMessage(dst []byte) []byte {
	switch {
	case a.finish == finishRefusal:
		dst = append(dst, `null,"refusal":`...)
		return jsonx.AppendString(dst, a.text)
	case len(a.calls) > 0:
		dst = append(dst, `null,"refusal":null`...)
	default:
		dst = jsonx.AppendString(dst, a.text)
		dst = append(dst, `,"refusal":null`...)
	}
	if a.thinking != "" {
		dst = append(dst, `,"reasoning_content":`...)
		dst = jsonx.AppendString(dst, a.thinking)
	}
	for i, call := range a.calls {
		if i == 0 {
			dst = append(dst, `,"tool_calls":[`...)
		} else {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"id":"`...)
		dst = a.appendCallID(dst, "call_", i)
		dst = append(dst, `","type":"function","function":{"name":`...)
		dst = jsonx.AppendString(dst, call.name)
		dst = append(dst, `,"arguments":`...)
		dst = jsonx.AppendString(dst, call.args)
		dst = append(dst, `}}`...)
	}
	if len(a.calls) > 0 {
		dst = append(dst, ']')
	}
	return dst
}

// appendCallID appends the identifier of a tool call, by its number.
func (a *answer) appendCallID(dst []byte, prefix string, i int) []byte {
	dst = append(dst, prefix...)
	dst = append(dst, a.id...)
	dst = append(dst, '_')
	return strconv.AppendInt(dst, int64(i), 10)
}

func (a *answer) appendOpenAIUsage(dst []byte) []byte {
	u, n := a.usage, a.prompt.answers()
	dst = append(dst, `{"prompt_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.input), 10)
	dst = append(dst, `,"completion_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.output*n), 10)
	dst = append(dst, `,"total_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.input+u.output*n), 10)
	dst = append(dst, `,"prompt_tokens_details":{"cached_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.cached), 10)
	if u.written > 0 {
		dst = append(dst, `,"cache_write_tokens":`...)
		dst = strconv.AppendInt(dst, int64(u.written), 10)
	}
	dst = append(dst, `,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.reasoning*n), 10)
	return append(dst, `,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}`...)
}

// appendLogprobs appends made-up log-probabilities, a word each, or null.
func appendLogprobs(dst []byte, a *answer, text string) []byte {
	if !a.prompt.logprobs || text == "" {
		return append(dst, "null"...)
	}
	dst = append(dst, `{"content":[`...)
	first := true
	pieces(text, 0, func(token string) {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, `{"token":`...)
		dst = jsonx.AppendString(dst, token)
		dst = append(dst, `,"logprob":-0.25,"bytes":[`...)
		for i := range len(token) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = strconv.AppendInt(dst, int64(token[i]), 10)
		}
		dst = append(dst, `],"top_logprobs":[]}`...)
	})
	return append(dst, `],"refusal":null}`...)
}

func (openaiChat) headers(c *call) {
	h := &c.ctx.Response.Header
	h.Set("X-Request-Id", c.id("req_"))
	h.Set("Openai-Version", "2020-10-01")
	h.Set("Openai-Processing-Ms", "1")
	h.Set("X-Ratelimit-Limit-Requests", "10000")
	h.Set("X-Ratelimit-Remaining-Requests", strconv.Itoa(c.plan.left))
	h.Set("X-Ratelimit-Reset-Requests", "6ms")
	h.Set("X-Ratelimit-Limit-Tokens", "2000000")
	h.Set("X-Ratelimit-Remaining-Tokens", "1999000")
	h.Set("X-Ratelimit-Reset-Tokens", "0s")
}

// openaiErrors are the type and code that come with a status.
var openaiErrors = map[int][2]string{
	fasthttp.StatusUnauthorized:        {"invalid_request_error", "invalid_api_key"},
	fasthttp.StatusForbidden:           {"invalid_request_error", "unsupported_country_region_territory"},
	fasthttp.StatusNotFound:            {"invalid_request_error", "model_not_found"},
	fasthttp.StatusTooManyRequests:     {"requests", "rate_limit_exceeded"},
	fasthttp.StatusInternalServerError: {"server_error", ""},
	fasthttp.StatusServiceUnavailable:  {"service_unavailable_error", ""},
}

func (openaiChat) appendError(dst []byte, status int, message, _ string) []byte {
	kind, ok := openaiErrors[status]
	if !ok {
		kind = [2]string{"invalid_request_error", ""}
		if status >= fasthttp.StatusInternalServerError {
			kind[0] = "server_error"
		}
	}
	dst = append(dst, `{"error":{"message":`...)
	dst = jsonx.AppendString(dst, message)
	dst = append(dst, `,"type":"`...)
	dst = append(dst, kind[0]...)
	dst = append(dst, `","param":null,"code":`...)
	if kind[1] == "" {
		return append(dst, `null}}`...)
	}
	return append(jsonx.AppendString(dst, kind[1]), `}}`...)
}
