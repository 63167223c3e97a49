package bedrock

import (
	"bytes"
	"encoding/base64"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/anthropic"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Writer implements dialect.Codec.
func (invoke) Writer(h *dialect.Head) dialect.StreamWriter { return newInvokeWriter(h) }

// Framing implements dialect.Reframer.
func (invoke) Framing(h *dialect.Head) dialect.Framing { return newInvokeWriter(h) }

func newInvokeWriter(h *dialect.Head) *invokeWriter {
	w := &invokeWriter{streamWriter: newStreamWriter(h), form: form(h.Form)}
	switch w.form {
	case formClaude:
		w.words = anthropic.Codec.Writer(h)
	case formOpenAI:
		w.words = openai.Codec.Writer(h)
	}
	return w
}

// invokeWriter puts into chunks what the writer of a form's own words writes. For what
// is said without words, raw frames and errors, it is Converse's writer.
type invokeWriter struct {
	*streamWriter
	form  form
	words dialect.StreamWriter // of a dialect of its own; nil: a text's, or Nova's
	said  []byte               // by words
	spent api.Usage
	kinds []api.PartKind // of the parts that have begun, by their number
	end   api.Finish
	over  bool
}

// Append implements dialect.StreamWriter.
func (w *invokeWriter) Append(dst []byte, e *api.Event) []byte {
	if w.over {
		return dst
	}
	if e.Usage.Known {
		w.spent = e.Usage
	}
	w.over = e.Kind == api.EventEnd || e.Kind == api.EventError
	switch {
	case e.Kind == api.EventError:
		return w.streamWriter.Append(dst, e)
	case w.words != nil:
		w.said = w.words.Append(w.said[:0], e)
		return w.events(dst, e.Kind == api.EventEnd)
	case w.form == formNova || w.form == formOther:
		w.said = w.streamWriter.Append(w.said[:0], e)
		return w.novaEvents(dst, e.Kind == api.EventEnd)
	}
	return w.text(dst, e)
}

// events puts the data of server-sent events into chunks. The metrics are in the last.
func (w *invokeWriter) events(dst []byte, last bool) []byte {
	var s sse.Splitter
	var ev sse.Event
	var waits []byte
	for s.Feed(w.said); ; {
		ok, err := s.Next(&ev)
		if !ok || err != nil {
			break
		}
		if len(ev.Data) == 0 || ev.Data[0] != '{' {
			continue
		}
		if waits != nil {
			dst = appendChunk(dst, waits)
		}
		waits = append(waits[:0], ev.Data...)
	}
	if last {
		waits = w.counted(waits)
	}
	if len(waits) == 0 {
		return dst
	}
	return appendChunk(dst, waits)
}

// counted returns a chunk's object with the metrics in it.
func (w *invokeWriter) counted(v []byte) []byte {
	o := put.Begin(nil)
	if v = bytes.TrimSpace(v); len(v) > 2 {
		o = put.Object{Dst: bytes.Clone(v[:len(v)-1])}
	}
	appendMetrics(&o, &w.spent)
	return o.End()
}

// novaEvents puts the events of Converse into chunks as Nova has them: in objects whose
// one member is the event.
func (w *invokeWriter) novaEvents(dst []byte, last bool) []byte {
	var r eventstream.Reader
	var m eventstream.Message
	for r.Feed(w.said); ; {
		ok, err := r.Next(&m)
		if !ok || err != nil {
			return dst
		}
		o := put.Begin(nil)
		o.Raw(string(m.Name), api.JSON(m.Payload))
		if last && string(m.Name) == "metadata" {
			appendMetrics(&o, &w.spent)
		}
		dst = appendChunk(dst, o.End())
	}
}

// text writes the chunks of a model that completes text.
func (w *invokeWriter) text(dst []byte, e *api.Event) []byte {
	switch e.Kind {
	case api.EventPart:
		for len(w.kinds) <= e.Part {
			w.kinds = append(w.kinds, api.PartOpaque)
		}
		w.kinds[e.Part] = e.PartKind
	case api.EventDelta:
		if e.Text == "" || e.Part >= len(w.kinds) || w.kinds[e.Part] != api.PartText && w.kinds[e.Part] != api.PartRefusal {
			return dst
		}
		o := put.Begin(nil)
		switch w.form {
		case formLlama:
			o.Text("generation", e.Text)
			o.Raw("stop_reason", api.JSON("null"))
		case formMistral:
			o.Key("outputs")
			o.Dst = append(jsonx.AppendString(append(o.Dst, `[{"text":`...), e.Text), `,"stop_reason":null}]`...)
		default:
			o.Text("outputText", e.Text)
			o.Int("index", 0)
			o.Raw("completionReason", api.JSON("null"))
		}
		return appendChunk(dst, o.End())
	case api.EventFinish:
		w.end = e.Finish
	case api.EventEnd:
		return appendChunk(dst, w.counted(w.lastText()))
	}
	return dst
}

func (w *invokeWriter) lastText() []byte {
	if w.form != formTitanText {
		return appendCompletion(nil, w.form, "", w.end, &w.spent)
	}
	o := put.Begin(nil)
	o.Text("outputText", "")
	o.Int("index", 0)
	o.Int("totalOutputTextTokenCount", w.spent.Output)
	o.Text("completionReason", stopWord(w.form, w.end))
	o.Int("inputTextTokenCount", w.spent.Input)
	return o.End()
}

func appendChunk(dst, v []byte) []byte {
	payload := base64.StdEncoding.AppendEncode([]byte(`{"bytes":"`), v)
	return appendFrame(dst, chunkEvent, append(payload, `"}`...))
}

const chunkEvent = "chunk"

// Tap implements dialect.Codec.
func (invoke) Tap(h *dialect.Head) dialect.Tap {
	return &invokeTap{claude: anthropic.Codec.Tap(h)}
}

// invokeTap watches a stream of chunks that passes through.
type invokeTap struct {
	tap
	claude dialect.Tap // of the events of Anthropic's that chunks may hold
}

// See implements dialect.Tap. The last chunk has the metrics, whichever the model.
func (t *invokeTap) See(ev *sse.Event) dialect.Verdict {
	if jsonx.Borrow(ev.Name) != chunkEvent {
		return t.tap.See(ev)
	}
	v, ok := chunkOf(ev.Data)
	if !ok {
		return dialect.Pass
	}
	named := take.Text(v, "type")
	if named != "" {
		t.claude.See(&sse.Event{Name: lend(named), Data: v})
	}
	t.begun = t.begun || named != "message_start"
	t.stopped = t.stopped || stops(v)
	if u := metricsOf(v); u.Known {
		t.usage, t.stopped, t.told = u, true, true
		return dialect.Pass
	}
	t.output += int64(len(v))
	return dialect.Pass
}

// Usage implements dialect.Tap.
func (t *invokeTap) Usage() api.Usage {
	if t.usage.Known {
		return t.usage
	}
	return t.claude.Usage()
}

// stops says whether a chunk is the last one with words, in whichever form.
func stops(v jsonx.Value) bool {
	for key, m := range v.Members() {
		switch key {
		case "stop_reason", "completionReason", "finish_reason":
			if m.Kind() == jsonx.String {
				return true
			}
		case "type":
			if s, _ := m.Str(); s == "message_stop" {
				return true
			}
		case "messageStop":
			return true
		case "outputs", "choices":
			for e := range m.Elements() {
				return stops(e)
			}
		}
	}
	return false
}
