package cohere

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
)

// v1Writer encodes a stream of the first version of chat: a JSON object a line, the
// last of which has the whole answer.
type v1Writer struct {
	head    *dialect.Head
	answer  v1Answer
	started bool
	ended   bool
	parts   []api.PartKind // of the parts that have begun, by number
	calls   []int          // numbers of the parts that are calls
}

// ContentType implements dialect.StreamWriter.
func (*v1Writer) ContentType() string { return "application/stream+json" }

// Heartbeat implements dialect.StreamWriter: SDKs skip empty lines.
func (*v1Writer) Heartbeat(dst []byte) []byte { return append(dst, '\n') }

// Append implements dialect.StreamWriter.
func (w *v1Writer) Append(dst []byte, e *api.Event) []byte {
	if w.ended || e.Choice != 0 {
		return dst
	}
	switch e.Kind {
	case api.EventError:
		w.ended = true
		return w.fail(dst, e.Err)
	case api.EventUsage:
		if e.Usage.Known {
			w.answer.usage = e.Usage
		}
		return dst
	}
	dst = w.start(dst, e)
	switch e.Kind {
	case api.EventPart:
		return w.part(dst, e)
	case api.EventDelta:
		return w.delta(dst, e)
	case api.EventCitation:
		if e.Citation == nil || !citable(e.Citation) {
			return dst
		}
		w.answer.cite(e.Citation)
		dst = append(v1Event(dst, "citation-generation"), `,"citations":[`...)
		return append(appendV1Citation(dst, e.Citation), "]}\n"...)
	case api.EventFinish:
		w.answer.finish, w.answer.stop = e.Finish, strings.Clone(e.StopSequence)
	case api.EventEnd:
		w.ended = true
		return w.end(dst)
	}
	return dst
}

// v1Event begins a line that is not the last.
func v1Event(dst []byte, kind string) []byte {
	return put.Text(append(dst, `{"is_finished":false`...), "event_type", kind)
}

func (w *v1Writer) start(dst []byte, e *api.Event) []byte {
	if w.started {
		return dst
	}
	w.started = true
	w.answer.id = strings.Clone(e.ID)
	if e.Usage.Known {
		w.answer.usage = e.Usage
	}
	return append(put.Text(v1Event(dst, "stream-start"), "generation_id", e.ID), "}\n"...)
}

func (w *v1Writer) part(dst []byte, e *api.Event) []byte {
	for len(w.parts) <= e.Part && e.Part < maxParts {
		w.parts = append(w.parts, e.PartKind)
	}
	if e.PartKind != api.PartToolCall {
		return dst
	}
	w.calls = append(w.calls, e.Part)
	w.answer.calls = append(w.answer.calls, api.ToolCall{Name: strings.Clone(e.Name)})
	dst = append(v1Event(dst, "tool-calls-chunk"), `,"tool_call_delta":{`...)
	dst = put.Int(dst, "index", int64(len(w.calls)-1))
	return append(put.Text(dst, "name", e.Name), "}}\n"...)
}

func (w *v1Writer) delta(dst []byte, e *api.Event) []byte {
	if e.Part < 0 || e.Part >= len(w.parts) || e.Text == "" {
		return dst
	}
	switch w.parts[e.Part] {
	case api.PartText, api.PartRefusal:
		w.answer.text = append(w.answer.text, e.Text...)
		return append(put.Text(v1Event(dst, "text-generation"), "text", e.Text), "}\n"...)
	case api.PartToolCall:
		for i, part := range w.calls {
			if part != e.Part {
				continue
			}
			w.answer.calls[i].Args = append(w.answer.calls[i].Args, e.Text...)
			dst = append(v1Event(dst, "tool-calls-chunk"), `,"tool_call_delta":{`...)
			dst = put.Int(dst, "index", int64(i))
			return append(put.Text(dst, "parameters", e.Text), "}}\n"...)
		}
	}
	return dst
}

func (w *v1Writer) end(dst []byte) []byte {
	if len(w.answer.calls) > 0 {
		dst = put.Text(v1Event(dst, "tool-calls-generation"), "text", string(w.answer.text))
		dst = append(w.answer.appendCalls(dst), "}\n"...)
	}
	return w.last(dst, w.answer.reason())
}

// fail ends the stream as the API does that cannot go on.
func (w *v1Writer) fail(dst []byte, err *api.Error) []byte {
	if err != nil {
		w.answer.text = append(w.answer.text[:0], err.Message...)
	}
	return w.last(dst, failed)
}

func (w *v1Writer) last(dst []byte, reason string) []byte {
	dst = append(dst, `{"is_finished":true,"event_type":"stream-end"`...)
	dst = put.Key(put.Text(dst, "finish_reason", reason), "response")
	return append(w.answer.append(dst, w.head), "}\n"...)
}
