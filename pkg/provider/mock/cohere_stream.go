package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func (cohere) streamType(*prompt) string { return typeSSE }

// appendStream writes the events of a message:
// https://docs.cohere.com/v2/docs/streaming
func (cohere) appendStream(s *script, a *answer) {
	w := &cohereEvents{s: s, a: a}
	w.event("message-start", none, `,"delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}`)
	if a.thinking != "" {
		w.block("thinking", a.thinking, 0)
	}
	if len(a.calls) == 0 {
		w.block("text", a.text, a.chunks)
	} else {
		pieces(coherePlan, 0, func(piece string) {
			w.event("tool-plan-delta", none, `,"delta":{"message":{"tool_plan":`+quote(piece)+`}}`)
		})
	}
	for i, call := range a.calls {
		w.event("tool-call-start", i, `,"delta":{"message":{"tool_calls":`+string(a.appendCohereCall(nil, i, ""))+`}}}`)
		if call.args != "{}" { // of a tool without arguments the real API says none
			pieces(call.args, argumentPieces, func(piece string) {
				w.event("tool-call-delta", i, `,"delta":{"message":{"tool_calls":{"function":{"arguments":`+quote(piece)+`}}}}`)
			})
		}
		w.event("tool-call-end", i, "")
	}
	w.event("message-end", none, `,"delta":{`+string(a.appendCohereEnd(nil))+`}`)
	s.buf = append(s.buf, "data: [DONE]\n\n"...)
	s.end()
}

// cohereEvents writes the events of one message.
type cohereEvents struct {
	s     *script
	a     *answer
	index int // of the content block
}

// event writes an event with further members; about a part of an index, unless that is none.
func (w *cohereEvents) event(kind string, index int, members string) {
	b := append(w.s.buf, "event: "...)
	b = append(b, kind...)
	b = append(b, "\ndata: {"...)
	if kind == "message-start" {
		b = append(append(append(b, `"id":"`...), w.a.id...), `",`...)
	}
	b = append(append(append(b, `"type":"`...), kind...), '"')
	if index != none {
		b = strconv.AppendInt(append(b, `,"index":`...), int64(index), 10)
	}
	b = append(b, members...)
	w.s.buf = append(b, "}\n\n"...)
	w.s.end()
}

func (w *cohereEvents) block(kind, text string, chunks int) {
	w.event("content-start", w.index, `,"delta":{"message":{"content":{"type":"`+kind+`","`+kind+`":""}}}`)
	pieces(text, chunks, func(piece string) {
		w.event("content-delta", w.index, `,"delta":{"message":{"content":{"`+kind+`":`+quote(piece)+`}}}`)
	})
	w.event("content-end", w.index, "")
	w.index++
}

func quote(s string) string { return string(jsonx.AppendString(nil, s)) }

// appendErrorEvent is how a stream that fails midway says so.
func (cohere) appendErrorEvent(dst []byte, _ string) []byte {
	return append(dst, "event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\",\"error\":\"internal server error\"}}\n\n"...)
}
