package anthropictext

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropic"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Writer implements dialect.Codec.
func (codec) Writer(h *dialect.Head) dialect.StreamWriter { return &writer{head: h} }

// writer encodes a stream: an event "completion" for each piece of text, and a last one
// that says why it has ended; "error" where it breaks off.
// https://docs.anthropic.com/en/api/legacy-text-completion-streaming
type writer struct {
	head      *dialect.Head
	id, model string
	texts     []bool // of the parts that have begun: whether they are shown
	finish    api.Finish
	sequence  string
	ended     bool
	scratch   []byte
}

// maxParts is how many parts of an answer are told apart.
const maxParts = 1 << 12

// ContentType implements dialect.StreamWriter.
func (*writer) ContentType() string { return "text/event-stream; charset=utf-8" }

// Heartbeat implements dialect.StreamWriter. Pings may come at any place.
func (*writer) Heartbeat(dst []byte) []byte {
	return sse.AppendEvent(dst, "ping", []byte(`{"type":"ping"}`))
}

// Append implements dialect.StreamWriter.
func (w *writer) Append(dst []byte, e *api.Event) []byte {
	if w.ended || e.Choice != 0 { // a caller of this dialect asks for one choice
		return dst
	}
	switch e.Kind {
	case api.EventStart:
		w.id, w.model = strings.Clone(e.ID), strings.Clone(e.Model)
	case api.EventPart:
		for len(w.texts) <= e.Part && e.Part < maxParts {
			w.texts = append(w.texts, isText(e.PartKind))
		}
	case api.EventDelta:
		if e.Part >= 0 && e.Part < len(w.texts) && w.texts[e.Part] && e.Text != "" {
			return w.completion(dst, e.Text, api.FinishUnset)
		}
	case api.EventFinish:
		w.finish, w.sequence = e.Finish, strings.Clone(e.StopSequence)
	case api.EventEnd:
		w.ended = true
		if w.finish == api.FinishUnset {
			w.finish = api.FinishStop
		}
		return w.completion(dst, "", w.finish)
	case api.EventError:
		w.ended = true
		err := e.Err
		if err == nil {
			err = api.Errorf(api.KindUnavailable, "provider_bad_answer", "The provider's answer broke off.")
		}
		_, w.scratch = anthropic.Codec.AppendError(w.scratch[:0], err)
		return sse.AppendEvent(dst, "error", w.scratch)
	}
	return dst
}

func (w *writer) completion(dst []byte, text string, finish api.Finish) []byte {
	model := w.model
	if model == "" {
		model = w.head.Model
	}
	w.scratch = appendCompletion(w.scratch[:0], w.id, model, text)
	w.scratch = append(appendStop(w.scratch, finish, w.sequence), '}')
	return sse.AppendEvent(dst, "completion", w.scratch)
}
