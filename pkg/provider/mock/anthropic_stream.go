package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func (anthropic) streamType(*prompt) string { return typeSSE }

// appendStream writes the events of a message:
// https://docs.anthropic.com/en/docs/build-with-claude/streaming
func (anthropic) appendStream(s *script, a *answer) {
	w := &anthropicEvents{s: s, a: a}
	w.start()
	if a.thinking != "" {
		w.openBlock(func(b []byte) []byte { return append(b, `{"type":"thinking","thinking":"","signature":""}`...) })
		pieces(a.thinking, 0, func(piece string) { w.delta("thinking_delta", "thinking", piece) })
		w.delta("signature_delta", "signature", signature(a.thinking))
		w.closeBlock()
	}
	if len(a.calls) == 0 {
		w.openBlock(func(b []byte) []byte { return append(b, `{"type":"text","text":""}`...) })
		pieces(a.text, a.chunks, func(piece string) { w.delta("text_delta", "text", piece) })
		w.closeBlock()
	}
	for i, call := range a.calls {
		w.openBlock(func(b []byte) []byte { return a.appendToolUse(b, i, "{}") })
		w.delta("input_json_delta", "partial_json", "") // as the real API begins
		if call.args != "{}" {
			pieces(call.args, argumentPieces, func(piece string) { w.delta("input_json_delta", "partial_json", piece) })
		}
		w.closeBlock()
	}
	w.end()
}

// anthropicEvents writes the events of one message.
type anthropicEvents struct {
	s     *script
	a     *answer
	index int // of the content block
}

func (w *anthropicEvents) open(event string) {
	b := append(w.s.buf, "event: "...)
	b = append(b, event...)
	b = append(b, "\ndata: {\"type\":\""...)
	b = append(b, event...)
	w.s.buf = append(b, '"')
}

func (w *anthropicEvents) close() {
	w.s.buf = append(w.s.buf, "}\n\n"...)
	w.s.end()
}

func (w *anthropicEvents) start() {
	w.open("message_start")
	b := append(w.s.buf, `,"message":`...)
	b = w.a.appendAnthropicStart(b)
	b = append(b, `],"stop_reason":null,"stop_sequence":null,"usage":`...)
	b = w.a.appendAnthropicUsage(b, 1)
	w.s.buf = append(b, '}')
	w.close()
}

func (w *anthropicEvents) appendIndex() {
	w.s.buf = append(w.s.buf, `,"index":`...)
	w.s.buf = strconv.AppendInt(w.s.buf, int64(w.index), 10)
}

func (w *anthropicEvents) openBlock(appendBlock func([]byte) []byte) {
	w.open("content_block_start")
	w.appendIndex()
	w.s.buf = appendBlock(append(w.s.buf, `,"content_block":`...))
	w.close()
	if w.index == 0 {
		w.open("ping")
		w.close()
	}
}

func (w *anthropicEvents) delta(kind, field, value string) {
	w.open("content_block_delta")
	w.appendIndex()
	b := append(w.s.buf, `,"delta":{"type":"`...)
	b = append(b, kind...)
	b = append(b, `","`...)
	b = append(b, field...)
	b = append(b, `":`...)
	w.s.buf = append(jsonx.AppendString(b, value), '}')
	w.close()
}

func (w *anthropicEvents) closeBlock() {
	w.open("content_block_stop")
	w.appendIndex()
	w.close()
	w.index++
}

func (w *anthropicEvents) end() {
	w.open("message_delta")
	b := append(w.s.buf, `,"delta":{`...)
	b = w.a.appendStop(b)
	b = append(b, `},"usage":`...)
	b = w.a.appendAnthropicInput(b)
	b = append(b, `,"output_tokens":`...)
	b = strconv.AppendInt(b, int64(w.a.usage.output), 10)
	b = w.a.appendThinkingTokens(b)
	w.s.buf = append(b, '}')
	w.close()
	w.open("message_stop")
	w.close()
}

// appendErrorEvent is how a stream that fails midway says so.
func (d anthropic) appendErrorEvent(dst []byte, requestID string) []byte {
	dst = append(dst, "event: error\ndata: "...)
	dst = d.appendError(dst, statusOverloaded, "Overloaded", requestID)
	return append(dst, "\n\n"...)
}
