package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func (gemini) streamType(p *prompt) string {
	if p.array {
		return typeJSON
	}
	return "text/event-stream"
}

// appendStream writes whole response objects: as events that end in CRLF, or as
// the elements of one JSON array. Calls come whole; nothing marks the end but a
// finish reason.
func (gemini) appendStream(s *script, a *answer) {
	w := &geminiEvents{geminiParts: geminiParts{a: a}, s: s, array: a.prompt.array}
	if a.thinking != "" {
		pieces(a.thinking, 0, func(piece string) { w.text(piece, `,"thought":true`) })
	}
	for i := range a.calls {
		w.event("", func(b []byte) []byte { return w.call(b, i) })
	}
	if len(a.calls) == 0 {
		pieces(a.text, a.chunks, func(piece string) {
			w.sent += len(piece)
			w.text(piece, "")
		})
	}
	w.last()
}

// geminiEvents writes the events of one stream.
type geminiEvents struct {
	geminiParts
	s     *script
	array bool
	index int // of the candidate
	sent  int // bytes of text so far
}

func (w *geminiEvents) text(piece, members string) {
	for w.index = range w.a.prompt.answers() {
		w.event("", func(b []byte) []byte {
			b = jsonx.AppendString(append(b, `{"text":`...), piece)
			return append(append(b, members...), '}')
		})
	}
}

// last writes the event with the finish reason, whose part is empty as the real
// one's is, and closes the array.
func (w *geminiEvents) last() {
	w.sent = len(w.a.text)
	for w.index = range w.a.prompt.answers() {
		w.event(finishGemini[w.a.finish], func(b []byte) []byte { return append(b, `{"text":""}`...) })
	}
	if w.array {
		w.s.buf = append(w.s.buf, "\n]\n"...)
		w.s.end()
	}
}

func (w *geminiEvents) event(finish string, part func([]byte) []byte) {
	b := w.s.buf
	switch {
	case !w.array:
		b = append(b, "data: "...)
	case len(b) == 0:
		b = append(b, '[')
	default:
		b = append(b, "\n,\r\n"...)
	}
	b = part(w.open(b))
	b = append(b, `],"role":"model"}`...)
	if finish != "" {
		b = append(b, `,"finishReason":"`...)
		b = append(append(b, finish...), '"')
	}
	b = append(b, `,"index":`...)
	b = append(strconv.AppendInt(b, int64(w.index), 10), '}')
	output := tokens(w.sent) + w.a.usage.reasoning
	if finish != "" {
		output = w.a.usage.output
	}
	b = w.close(b, output)
	if !w.array {
		b = append(b, "\r\n\r\n"...)
	}
	w.s.buf = b
	w.s.end()
}

// appendErrorEvent is how a stream that fails midway says so.
func (d gemini) appendErrorEvent(dst []byte, requestID string) []byte {
	dst = append(dst, "data: "...)
	dst = d.appendError(dst, 503, "The model is overloaded. Please try again later.", requestID)
	return append(dst, "\r\n\r\n"...)
}
