package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

const openaiDone = "data: [DONE]\n\n"

func (openaiChat) streamType(*prompt) string { return typeSSE }

// appendStream writes chat.completion.chunk events:
// https://platform.openai.com/docs/api-reference/chat-streaming
func (openaiChat) appendStream(s *script, a *answer) {
	w := newOpenAIChunks(s, a, "chatcmpl-", "chat.completion.chunk")
	w.each(func() { w.delta(`"role":"assistant","content":"","refusal":null`) })
	if a.thinking != "" {
		pieces(a.thinking, 0, func(piece string) {
			w.each(func() { w.deltaString(`"reasoning_content":`, piece) })
		})
	}
	for i, call := range a.calls {
		w.each(func() { w.call(i, call.name) })
		pieces(call.args, argumentPieces, func(piece string) {
			w.each(func() { w.arguments(i, piece) })
		})
	}
	if len(a.calls) == 0 {
		field := `"content":`
		if a.finish == finishRefusal {
			field = `"refusal":`
		}
		pieces(a.text, a.chunks, func(piece string) {
			w.each(func() { w.text(field, piece) })
		})
	}
	w.each(func() { w.finish() })
	w.end()
}

// argumentPieces is how many fragments a call's arguments come in.
const argumentPieces = 3

// openaiChunks writes the chunks of one stream. What is the same in each was
// written once.
type openaiChunks struct {
	s      *script
	a      *answer
	prefix []byte // up to the list of choices
	suffix string // after it
	index  int    // of the choice
}

func newOpenAIChunks(s *script, a *answer, idPrefix, object string) *openaiChunks {
	w := &openaiChunks{s: s, a: a, suffix: "}\n\n"}
	w.prefix = appendOpenAIStart([]byte("data: "), a, idPrefix, object)
	w.prefix = append(w.prefix, `"service_tier":"default",`+fingerprint+`,"choices":[`...)
	if a.prompt.usage {
		w.suffix = ",\"usage\":null}\n\n"
	}
	return w
}

// each does the same for each of the answers asked for.
func (w *openaiChunks) each(write func()) {
	for w.index = range w.a.prompt.answers() {
		write()
	}
}

func (w *openaiChunks) open() {
	w.s.buf = append(w.s.buf, w.prefix...)
	w.s.buf = append(w.s.buf, `{"index":`...)
	w.s.buf = strconv.AppendInt(w.s.buf, int64(w.index), 10)
}

func (w *openaiChunks) close() {
	w.s.buf = append(w.s.buf, "}]"...)
	w.s.buf = append(w.s.buf, w.suffix...)
	w.s.end()
}

func (w *openaiChunks) delta(members string) {
	w.open()
	w.s.buf = append(w.s.buf, `,"delta":{`...)
	w.s.buf = append(w.s.buf, members...)
	w.s.buf = append(w.s.buf, `},"logprobs":null,"finish_reason":null`...)
	w.close()
}

func (w *openaiChunks) deltaString(field, value string) {
	w.open()
	w.s.buf = append(w.s.buf, `,"delta":{`...)
	w.s.buf = append(w.s.buf, field...)
	w.s.buf = jsonx.AppendString(w.s.buf, value)
	w.s.buf = append(w.s.buf, `},"logprobs":null,"finish_reason":null`...)
	w.close()
}

func (w *openaiChunks) text(field, piece string) {
	w.open()
	w.s.buf = append(w.s.buf, `,"delta":{`...)
	w.s.buf = append(w.s.buf, field...)
	w.s.buf = jsonx.AppendString(w.s.buf, piece)
	w.s.buf = append(w.s.buf, `},"logprobs":`...)
	w.s.buf = appendLogprobs(w.s.buf, w.a, piece)
	w.s.buf = append(w.s.buf, `,"finish_reason":null`...)
	w.close()
}

// call opens a tool call: only here do its id, type and name come.
func (w *openaiChunks) call(i int, name string) {
	w.open()
	b := append(w.s.buf, `,"delta":{"tool_calls":[{"index":`...)
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(b, `,"id":"`...)
	b = w.a.appendCallID(b, "call_", i)
	b = append(b, `","type":"function","function":{"name":`...)
	b = jsonx.AppendString(b, name)
	w.s.buf = append(b, `,"arguments":""}}]},"logprobs":null,"finish_reason":null`...)
	w.close()
}

func (w *openaiChunks) arguments(i int, piece string) {
	w.open()
	b := append(w.s.buf, `,"delta":{"tool_calls":[{"index":`...)
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(b, `,"function":{"arguments":`...)
	b = jsonx.AppendString(b, piece)
	w.s.buf = append(b, `}}]},"logprobs":null,"finish_reason":null`...)
	w.close()
}

func (w *openaiChunks) finish() {
	w.open()
	w.s.buf = append(w.s.buf, `,"delta":{},"logprobs":null,"finish_reason":"`...)
	w.s.buf = append(w.s.buf, finishOpenAI[w.a.finish]...)
	w.s.buf = append(w.s.buf, '"')
	w.close()
}

// end writes the usage, if it was asked for, and the end mark.
func (w *openaiChunks) end() {
	if w.a.prompt.usage {
		b := append(w.s.buf, w.prefix...)
		b = append(b, `],"usage":`...)
		b = w.a.appendOpenAIUsage(b)
		w.s.buf = append(b, "}\n\n"...)
		w.s.end()
	}
	w.s.buf = append(w.s.buf, openaiDone...)
	w.s.end()
}

// appendErrorEvent is how a stream that fails midway says so.
func (d openaiChat) appendErrorEvent(dst []byte, requestID string) []byte {
	dst = append(dst, "data: "...)
	dst = d.appendError(dst, 500, "The server had an error while processing your request. Sorry about that!", requestID)
	return append(dst, "\n\n"...)
}
