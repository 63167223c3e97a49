package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/valyala/fasthttp"
)

// finishBedrock are the stop reasons in Bedrock's words.
var finishBedrock = [...]string{
	finishStop: "end_turn", finishLength: "max_tokens", finishTools: "tool_use",
	finishSequence: "stop_sequence", finishRefusal: "content_filtered",
}

func (bedrock) appendWhole(dst []byte, a *answer) []byte {
	dst = append(dst, `{"metrics":{"latencyMs":1},"output":{"message":{"content":[`...)
	if a.thinking != "" {
		dst = append(dst, `{"reasoningContent":{"reasoningText":{"signature":"`...)
		dst = append(dst, signature(a.thinking)...)
		dst = append(dst, `","text":`...)
		dst = append(jsonx.AppendString(dst, a.thinking), `}}},`...)
	}
	if len(a.calls) == 0 {
		dst = append(dst, `{"text":`...)
		dst = append(jsonx.AppendString(dst, a.text), '}')
	}
	for i, call := range a.calls {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"toolUse":{"input":`...)
		dst = append(append(dst, call.args...), ',')
		dst = append(a.appendBedrockCall(dst, i), `,"type":"tool_use"}}`...)
	}
	dst = append(dst, `],"role":"assistant"}},"stopReason":"`...)
	dst = append(append(dst, finishBedrock[a.finish]...), `",`...)
	return append(a.appendBedrockUsage(dst), '}')
}

// appendBedrockCall appends the members that name a call.
func (a *answer) appendBedrockCall(dst []byte, i int) []byte {
	dst = append(dst, `"name":`...)
	dst = jsonx.AppendString(dst, a.calls[i].name)
	dst = append(dst, `,"toolUseId":"`...)
	return append(a.appendCallID(dst, "tooluse_", i), '"')
}

func (a *answer) appendBedrockUsage(dst []byte) []byte {
	u := a.usage
	for _, n := range []struct {
		name  string
		count int
	}{
		{`"usage":{"cacheReadInputTokens":`, u.cached},
		{`,"cacheWriteInputTokens":`, u.written},
		{`,"inputTokens":`, u.input - u.cached - u.written},
		{`,"outputTokens":`, u.output},
		{`,"serverToolUsage":{},"totalTokens":`, u.input + u.output},
	} {
		dst = append(dst, n.name...)
		dst = strconv.AppendInt(dst, int64(n.count), 10)
	}
	return append(dst, '}')
}

// bedrockErrors are the exceptions that come with a status.
var bedrockErrors = map[int]string{
	fasthttp.StatusUnauthorized:        "UnrecognizedClientException",
	fasthttp.StatusForbidden:           "AccessDeniedException",
	fasthttp.StatusNotFound:            "ResourceNotFoundException",
	fasthttp.StatusRequestTimeout:      "ModelTimeoutException",
	fasthttp.StatusFailedDependency:    "ModelErrorException",
	fasthttp.StatusTooManyRequests:     "ThrottlingException",
	fasthttp.StatusServiceUnavailable:  "ServiceUnavailableException",
	fasthttp.StatusInternalServerError: "InternalServerException",
}

// headers has an error's name beside the id of the request.
func (bedrock) headers(c *call) {
	h := &c.ctx.Response.Header
	h.Set("x-amzn-RequestId", c.id(""))
	status := c.ctx.Response.StatusCode()
	if status < fasthttp.StatusBadRequest {
		return
	}
	name, ok := bedrockErrors[status]
	switch {
	case ok:
	case status >= fasthttp.StatusInternalServerError:
		name = bedrockErrors[fasthttp.StatusInternalServerError]
	default:
		name = "ValidationException"
	}
	h.Set("x-amzn-ErrorType", name+":http://internal.amazon.com/coral/com.amazon.bedrock/")
}

func (bedrock) appendError(dst []byte, _ int, message, _ string) []byte {
	dst = append(dst, `{"message":`...)
	return append(jsonx.AppendString(dst, message), '}')
}
