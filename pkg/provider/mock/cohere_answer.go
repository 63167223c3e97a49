package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// finishCohere are the finish reasons in Cohere's words.
var finishCohere = [...]string{
	finishStop: "COMPLETE", finishLength: "MAX_TOKENS", finishTools: "TOOL_CALL",
	finishSequence: "STOP_SEQUENCE", finishRefusal: "COMPLETE",
}

// coherePlan is what a model says that it will do, before it calls tools.
const coherePlan = "I will use the tools."

func (d cohere) appendWhole(dst []byte, a *answer) []byte {
	dst = append(append(dst, `{"id":"`...), a.id...)
	dst = append(dst, `","message":{"role":"assistant"`...)
	dst = a.appendCohereContent(dst)
	for i, c := range a.calls {
		if i == 0 {
			dst = append(dst, `,"tool_plan":"`+coherePlan+`","tool_calls":[`...)
		} else {
			dst = append(dst, ',')
		}
		dst = append(a.appendCohereCall(dst, i, c.args), '}')
	}
	if len(a.calls) > 0 {
		dst = append(dst, ']')
	}
	dst = append(dst, '}', ',')
	return append(a.appendCohereEnd(dst), '}')
}

func (a *answer) appendCohereContent(dst []byte) []byte {
	if a.thinking == "" && len(a.calls) > 0 {
		return dst
	}
	dst = append(dst, `,"content":[`...)
	if a.thinking != "" {
		dst = append(dst, `{"type":"thinking","thinking":`...)
		dst = append(jsonx.AppendString(dst, a.thinking), '}')
	}
	if len(a.calls) == 0 {
		if a.thinking != "" {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"type":"text","text":`...)
		dst = append(jsonx.AppendString(dst, a.text), '}')
	}
	return append(dst, ']')
}

// appendCohereCall appends a call up to its closing brace.
func (a *answer) appendCohereCall(dst []byte, i int, args string) []byte {
	dst = append(dst, `{"id":"`...)
	dst = a.appendCallID(dst, a.calls[i].name+"_", i)
	dst = append(dst, `","type":"function","function":{"name":`...)
	dst = jsonx.AppendString(dst, a.calls[i].name)
	dst = append(dst, `,"arguments":`...)
	return append(jsonx.AppendString(dst, args), '}')
}

// appendCohereEnd appends the reason to stop and the usage.
func (a *answer) appendCohereEnd(dst []byte) []byte {
	u := a.usage
	dst = append(append(dst, `"finish_reason":"`...), finishCohere[a.finish]...)
	dst = append(dst, `","usage":{"billed_units":{"input_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.input), 10)
	dst = append(dst, `,"output_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.output), 10)
	dst = append(dst, `},"tokens":{"input_tokens":`...)
	dst = strconv.AppendInt(dst, int64(u.input), 10)
	dst = append(dst, `,"output_tokens":`...)
	dst = append(strconv.AppendInt(dst, int64(u.output), 10), '}')
	if u.cached > 0 {
		dst = append(dst, `,"cached_tokens":`...)
		dst = strconv.AppendInt(dst, int64(u.cached), 10)
	}
	return append(dst, '}')
}

func (cohere) headers(c *call) {
	h := &c.ctx.Response.Header
	h.Set("X-Debug-Trace-Id", c.id("trace_"))
	h.Set("X-Endpoint-Monthly-Call-Limit", "1000")
	h.Set("X-Trial-Endpoint-Call-Limit", "40")
	h.Set("X-Trial-Endpoint-Call-Remaining", strconv.Itoa(c.plan.left))
}

func (cohere) appendError(dst []byte, _ int, message, requestID string) []byte {
	dst = append(dst, `{"id":"`...)
	dst = append(dst, requestID...)
	dst = append(dst, `","message":`...)
	return append(jsonx.AppendString(dst, message), '}')
}
