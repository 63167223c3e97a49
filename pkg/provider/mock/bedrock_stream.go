package mock

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

func (bedrock) streamType(*prompt) string { return eventstream.ContentType }

// appendStream writes the frames of a message.
func (bedrock) appendStream(s *script, a *answer) {
	w := &bedrockFrames{s: s, a: a}
	w.frame("messageStart", []byte(`{"role":"assistant"}`))
	if a.thinking != "" {
		pieces(a.thinking, 0, func(piece string) { w.delta(`{"reasoningContent":{"text":`, piece, `}}`) })
		w.delta(`{"reasoningContent":{"signature":`, signature(a.thinking), `}}`)
		w.stop()
	}
	if len(a.calls) == 0 {
		pieces(a.text, a.chunks, func(piece string) { w.delta(`{"text":`, piece, `}`) })
		w.stop()
	}
	for i, call := range a.calls {
		b := a.appendBedrockCall([]byte(`{"start":{"toolUse":{`), i)
		w.frame("contentBlockStart", w.index(append(b, `}}`...)))
		if call.args != "{}" {
			pieces(call.args, argumentPieces, func(piece string) { w.delta(`{"toolUse":{"input":`, piece, `}}`) })
		}
		w.stop()
	}
	w.frame("messageStop", append(append([]byte(`{"stopReason":"`), finishBedrock[a.finish]...), `"}`...))
	w.frame("metadata", append(a.appendBedrockUsage([]byte(`{"metrics":{"latencyMs":1},`)), '}'))
}

// bedrockFrames writes the frames of one message.
type bedrockFrames struct {
	s     *script
	a     *answer
	block int
}

func (w *bedrockFrames) frame(event string, payload []byte) {
	w.s.buf = eventstream.AppendMessage(w.s.buf, &eventstream.Message{Name: []byte(event), Payload: payload})
	w.s.end()
}

// index ends a payload with the number of the block.
func (w *bedrockFrames) index(payload []byte) []byte {
	if len(payload) > 1 {
		payload = append(payload, ',')
	}
	payload = append(payload, `"contentBlockIndex":`...)
	return append(strconv.AppendInt(payload, int64(w.block), 10), '}')
}

// delta writes a delta, with the padding against guesses of its length that real ones have.
func (w *bedrockFrames) delta(before, value, after string) {
	b := append([]byte(`{"delta":`), before...)
	b = append(jsonx.AppendString(b, value), after...)
	w.frame("contentBlockDelta", w.index(append(b, `,"p":"abcdefgh"`...)))
}

func (w *bedrockFrames) stop() {
	w.frame("contentBlockStop", w.index([]byte("{")))
	w.block++
}

// appendErrorEvent is how a stream that fails midway says so.
func (d bedrock) appendErrorEvent(dst []byte, requestID string) []byte {
	return eventstream.AppendMessage(dst, &eventstream.Message{
		Kind: eventstream.Exception, Name: []byte("throttlingException"),
		Payload: d.appendError(nil, 0, "Too many requests, please wait before trying again.", requestID),
	})
}
