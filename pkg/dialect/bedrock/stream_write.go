package bedrock

import (
	"strings"
	"unsafe"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/blocks"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Writer implements dialect.Codec.
func (codec) Writer(h *dialect.Head) dialect.StreamWriter { return newStreamWriter(h) }

func newStreamWriter(*dialect.Head) *streamWriter {
	w := &streamWriter{}
	w.blocks.Wire = &w.frames
	return w
}

// streamWriter encodes a stream.
type streamWriter struct {
	started  bool
	finished bool
	ended    bool
	usage    api.Usage
	end      stop
	blocks   blocks.Blocks
	frames   blockFrames
	scratch  []byte // the delta that is being written
	unsigned int    // the number of the thought that waits for its signature, plus 1; 0 for none
}

// ContentType implements dialect.StreamWriter.
func (*streamWriter) ContentType() string { return eventstream.ContentType }

// Heartbeat implements dialect.StreamWriter: frames have no such thing.
func (*streamWriter) Heartbeat(dst []byte) []byte { return dst }

// Append implements dialect.StreamWriter.
func (w *streamWriter) Append(dst []byte, e *api.Event) []byte {
	if w.ended || e.Choice != 0 { // a caller of this dialect asks for one choice
		return dst
	}
	switch e.Kind {
	case api.EventError:
		w.ended = true
		return w.fail(dst, e.Err)
	case api.EventUsage:
		w.use(&e.Usage)
		return dst
	case api.EventStart:
		w.use(&e.Usage)
	}
	if !w.started {
		w.started = true
		dst = appendFrame(dst, "messageStart", []byte(`{"role":"assistant"}`))
	}
	switch e.Kind {
	case api.EventPart:
		return w.part(dst, e)
	case api.EventDelta:
		return w.delta(dst, e)
	case api.EventSign:
		return w.sign(dst, e)
	case api.EventCitation:
		return w.cite(dst, e)
	case api.EventFinish:
		w.end.finish = e.Finish
		w.end.raw, w.end.sequence = strings.Clone(e.FinishRaw), strings.Clone(e.StopSequence)
		return w.finish(dst)
	case api.EventEnd:
		w.ended = true
		return w.metadata(w.finish(dst))
	}
	return dst
}

func (w *streamWriter) use(u *api.Usage) {
	if u.Known {
		w.usage = *u
	}
}

// part begins a part; one that this dialect has no block for is not shown.
func (w *streamWriter) part(dst []byte, e *api.Event) []byte {
	if e.SignatureOf == dialect.Google {
		dst = w.seal(dst, e.Signature, dialect.Google)
	}
	dst = w.seal(dst, "", "")
	switch e.PartKind {
	case api.PartText, api.PartRefusal:
		return w.blocks.Begin(dst, e, nil)
	case api.PartReasoning:
		w.unsigned = e.Part + 1
		return w.blocks.Begin(dst, e, nil)
	case api.PartRedacted:
		dst = w.blocks.Begin(dst, e, nil)
		return w.sign(dst, e)
	case api.PartToolCall:
		w.end.called = true
		o := put.Begin(w.scratch[:0])
		o.Inside("toolUse", func(in *put.Object) {
			in.Text("toolUseId", wireCallID(e.CallID))
			in.Text("name", e.Name)
		})
		w.scratch = o.End()
		return w.blocks.Begin(dst, e, w.scratch)
	}
	w.blocks.Hide(e)
	return dst
}

func (w *streamWriter) delta(dst []byte, e *api.Event) []byte {
	b := w.blocks.Find(e.Part)
	if b == nil || e.Text == "" {
		return dst
	}
	o := put.Begin(w.scratch[:0])
	switch b.Kind {
	case api.PartText, api.PartRefusal:
		o.Text("text", e.Text)
	case api.PartReasoning:
		o.Inside("reasoningContent", func(in *put.Object) { in.Text("text", e.Text) })
	case api.PartToolCall:
		b.Feed(e.Text)
		o.Inside("toolUse", func(in *put.Object) { in.Text("input", e.Text) })
	default:
		return dst
	}
	w.scratch = o.End()
	return w.blocks.Delta(dst, b, w.scratch)
}

func (w *streamWriter) sign(dst []byte, e *api.Event) []byte {
	b := w.blocks.Find(e.Part)
	switch {
	case b == nil || e.Signature == "":
		return dst
	case b.Kind == api.PartRedacted && e.SignatureOf == name:
		return w.signature(dst, b, "redactedContent", e.Signature)
	case b.Kind == api.PartRedacted:
		return w.signature(dst, b, "signature", dialect.Seal(&api.Part{Kind: b.Kind, Signature: e.Signature, SignatureOf: e.SignatureOf}))
	case b.Kind != api.PartReasoning:
		return dst
	case e.SignatureOf == name:
		w.unsigned = 0
		return w.signature(dst, b, "signature", e.Signature)
	}
	return w.seal(dst, e.Signature, e.SignatureOf)
}

// seal signs the thought that waits for it with another dialect's signature, which
// may be none: the gateway must know its own work again.
func (w *streamWriter) seal(dst []byte, signature, of string) []byte {
	if w.unsigned == 0 {
		return dst
	}
	b := w.blocks.Find(w.unsigned - 1)
	w.unsigned = 0
	return w.signature(dst, b, "signature", dialect.SealOf(signature, of))
}

func (w *streamWriter) signature(dst []byte, b *blocks.Block, member, signature string) []byte {
	o := put.Begin(w.scratch[:0])
	o.Inside("reasoningContent", func(in *put.Object) { in.Text(member, signature) })
	w.scratch = o.End()
	return w.blocks.Delta(dst, b, w.scratch)
}

func (w *streamWriter) cite(dst []byte, e *api.Event) []byte {
	b := w.blocks.Find(e.Part)
	if b == nil || b.Kind != api.PartText || e.Citation == nil {
		return dst
	}
	o := put.Begin(w.scratch[:0])
	o.Key("citation")
	o.Dst = appendCitation(o.Dst, e.Citation)
	w.scratch = o.End()
	return w.blocks.Delta(dst, b, w.scratch)
}

// finish closes what is open and says why the answer ended, once.
func (w *streamWriter) finish(dst []byte) []byte {
	if w.finished {
		return dst
	}
	w.finished = true
	dst = w.blocks.Flush(w.seal(dst, "", ""))
	o := put.Begin(w.scratch[:0])
	o.Text("stopReason", w.end.reason())
	w.scratch = o.End()
	return appendFrame(dst, "messageStop", w.scratch)
}

// metadata is the last event of a stream.
func (w *streamWriter) metadata(dst []byte) []byte {
	o := put.Begin(w.scratch[:0])
	appendUsage(&o, &w.usage)
	o.Inside("metrics", func(m *put.Object) { m.Int("latencyMs", 0) })
	w.scratch = o.End()
	return appendFrame(dst, "metadata", w.scratch)
}

// streamErrors are the exceptions that a stream's model has; others stand for the
// nearest of them.
var streamErrors = map[int]string{
	400: "validation", 424: "modelStreamError", 429: "throttling", 500: "internalServer", 502: "serviceUnavailable", 503: "serviceUnavailable",
}

// fail writes an error as an exception.
func (w *streamWriter) fail(dst []byte, err *api.Error) []byte {
	if err == nil {
		err = badAnswer("an error without a reason")
	}
	status := err.HTTPStatus()
	named, ok := streamErrors[status]
	switch {
	case ok:
	case status < 500:
		named = "validation"
	default:
		named = "modelStreamError"
	}
	o := put.Begin(nil)
	o.Text("message", err.Message)
	return eventstream.AppendMessage(dst, &eventstream.Message{Kind: eventstream.Exception, Name: []byte(named + exception), Payload: o.End()})
}

func appendFrame(dst []byte, named string, payload []byte) []byte {
	return eventstream.AppendMessage(dst, &eventstream.Message{Name: lend(named), Payload: payload})
}

// blockFrames writes the frames of a content block. Text has no start.
type blockFrames struct{ scratch []byte }

// AppendStart implements blocks.Wire.
func (f *blockFrames) AppendStart(dst []byte, index int, head []byte) []byte {
	if len(head) == 0 {
		return dst
	}
	return f.append(dst, "contentBlockStart", index, "start", head)
}

// AppendDelta implements blocks.Wire.
func (f *blockFrames) AppendDelta(dst []byte, index int, delta []byte) []byte {
	return f.append(dst, "contentBlockDelta", index, "delta", delta)
}

// AppendStop implements blocks.Wire.
func (f *blockFrames) AppendStop(dst []byte, index int) []byte {
	return f.append(dst, "contentBlockStop", index, "", nil)
}

func (f *blockFrames) append(dst []byte, named string, index int, member string, v jsonx.Value) []byte {
	o := put.Begin(f.scratch[:0])
	if member != "" {
		o.Raw(member, api.JSON(v))
	}
	o.Int("contentBlockIndex", int64(index))
	f.scratch = o.End()
	return appendFrame(dst, named, f.scratch)
}

// lend returns s as bytes without copying it, for a reader that does not change them.
func lend(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
