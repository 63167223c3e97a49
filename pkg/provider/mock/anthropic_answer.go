package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
)

// finishAnthropic are the stop reasons in Anthropic's words.
var finishAnthropic = [...]string{
	finishStop: "end_turn", finishLength: "max_tokens", finishTools: "tool_use",
	finishSequence: "stop_sequence", finishRefusal: "refusal",
}

func (anthropic) appendWhole(dst []byte, a *answer) []byte {
	dst = a.appendAnthropicStart(dst)
	if a.thinking != "" {
		dst = append(dst, `{"type":"thinking","thinking":`...)
		dst = jsonx.AppendString(dst, a.thinking)
		dst = append(dst, `,"signature":"`...)
		dst = append(dst, signature(a.thinking)...)
		dst = append(dst, `"},`...)
	}
	if len(a.calls) == 0 {
		dst = append(dst, `{"type":"text","text":`...)
		dst = append(jsonx.AppendString(dst, a.text), '}')
	}
	for i, call := range a.calls {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = a.appendToolUse(dst, i, call.args)
	}
	dst = append(dst, `],`...)
	dst = a.appendStop(dst)
	dst = append(dst, `,"usage":`...)
	dst = a.appendAnthropicUsage(dst, a.usage.output)
	return append(dst, '}')
}

// appendAnthropicStart opens a message up to its content's opening bracket.
func (a *answer) appendAnthropicStart(dst []byte) []byte {
	dst = append(dst, `{"model":`...)
	dst = jsonx.AppendString(dst, a.prompt.model)
	dst = append(dst, `,"id":"msg_`...)
	dst = append(dst, a.id...)
	return append(dst, `","type":"message","role":"assistant","content":[`...)
}

func (a *answer) appendToolUse(dst []byte, i int, input string) []byte {
	dst = append(dst, `{"type":"tool_use","id":"`...)
	dst = a.appendCallID(dst, "toolu_", i)
	dst = append(dst, `","name":`...)
	dst = jsonx.AppendString(dst, a.calls[i].name)
	dst = append(dst, `,"input":`...)
	dst = append(dst, input...)
	return append(dst, '}')
}

// appendStop appends the members that say why the message ended.
func (a *answer) appendStop(dst []byte) []byte {
	dst = append(dst, `"stop_reason":"`...)
	dst = append(dst, finishAnthropic[a.finish]...)
	dst = append(dst, `","stop_sequence":`...)
	if a.finish != finishSequence {
		return append(dst, "null"...)
	}
	return jsonx.AppendString(dst, a.stop)
}

// appendAnthropicUsage appends the counts of a whole message, or, with fewer
// output tokens than it will have, of one that begins.
func (a *answer) appendAnthropicUsage(dst []byte, output int) []byte {
	dst = a.appendAnthropicInput(dst)
	dst = append(dst, `,"cache_creation":{"ephemeral_5m_input_tokens":`...)
	dst = strconv.AppendInt(dst, int64(a.usage.written), 10)
	dst = append(dst, `,"ephemeral_1h_input_tokens":0},"output_tokens":`...)
	dst = strconv.AppendInt(dst, int64(output), 10)
	if output == a.usage.output {
		dst = a.appendThinkingTokens(dst)
	}
	return append(dst, `,"service_tier":"standard"}`...)
}

func (a *answer) appendAnthropicInput(dst []byte) []byte {
	u := a.usage
	dst = append(dst, `{"input_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.input-u.cached-u.written), 10)
	dst = append(dst, `,"cache_creation_input_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.written), 10)
	dst = append(dst, `,"cache_read_input_tokens":`...)
	return strconv.AppendInt(dst, int64(u.cached), 10)
}

func (a *answer) appendThinkingTokens(dst []byte) []byte {
	if a.usage.reasoning == 0 {
		return dst
	}
	dst = append(dst, `,"output_tokens_details":{"thinking_tokens":`...)
	return append(strconv.AppendInt(dst, int64(a.usage.reasoning), 10), '}')
}

func (anthropic) headers(c *call) {
	h := &c.ctx.Response.Header
	h.Set("Request-Id", c.id("req_"))
	h.Set("Anthropic-Organization-Id", "mock")
	h.Set("Anthropic-Ratelimit-Requests-Limit", "4000")
	h.Set("Anthropic-Ratelimit-Requests-Remaining", "3999")
	h.Set("Anthropic-Ratelimit-Requests-Reset", "2026-01-31T12:00:00Z")
	h.Set("Anthropic-Ratelimit-Tokens-Limit", "2000000")
	h.Set("Anthropic-Ratelimit-Tokens-Remaining", "1999000")
	h.Set("Anthropic-Ratelimit-Tokens-Reset", "2026-01-31T12:00:00Z")
}

// statusOverloaded is Anthropic's own.
const statusOverloaded = 529

// anthropicErrors are the types that come with a status:
// https://docs.anthropic.com/en/api/errors
var anthropicErrors = map[int]string{
	fasthttp.StatusUnauthorized:          "authentication_error",
	fasthttp.StatusPaymentRequired:       "billing_error",
	fasthttp.StatusForbidden:             "permission_error",
	fasthttp.StatusNotFound:              "not_found_error",
	fasthttp.StatusRequestEntityTooLarge: "request_too_large",
	fasthttp.StatusTooManyRequests:       "rate_limit_error",
	fasthttp.StatusGatewayTimeout:        "timeout_error",
	statusOverloaded:                     "overloaded_error",
}

func (anthropic) appendError(dst []byte, status int, message, requestID string) []byte {
	kind, ok := anthropicErrors[status]
	switch {
	case ok:
	case status >= fasthttp.StatusInternalServerError || status < fasthttp.StatusBadRequest:
		kind = "api_error"
	default:
		kind = "invalid_request_error"
	}
	dst = append(dst, `{"type":"error","error":{"type":"`...)
	dst = append(dst, kind...)
	dst = append(dst, `","message":`...)
	dst = jsonx.AppendString(dst, message)
	dst = append(dst, `},"request_id":"`...)
	dst = append(dst, requestID...)
	return append(dst, `"}`...)
}
