package anthropic

import (
	"bytes"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/blocks"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Writer implements dialect.Codec.
func (codec) Writer(h *dialect.Head) dialect.StreamWriter {
	return &writer{head: h, blocks: blocks.Blocks{Wire: blockEvents{}}}
}

// writer encodes a stream. The dialect has one block open at a time, numbered
// upwards; the parts of the vocabulary may be interleaved. Package blocks makes
// the one of the other. Each event has an event: line, without which
// the SDKs skip it.
type writer struct {
	head    *dialect.Head
	started bool
	ended   bool
	usage   api.Usage
	end     stop
	blocks  blocks.Blocks
	scratch []byte // the delta that is being written
	// unsigned is the number of the reasoning that waits for its signature, plus 1;
	// 0 for none.
	unsigned int
}

// ContentType implements dialect.StreamWriter.
func (*writer) ContentType() string { return "text/event-stream; charset=utf-8" }

// Heartbeat implements dialect.StreamWriter. It is a comment and not the
// dialect's own ping event, since it may come before message_start, where
// clients expect no event.
func (*writer) Heartbeat(dst []byte) []byte { return sse.AppendComment(dst, "ping") }

// Append implements dialect.StreamWriter.
func (w *writer) Append(dst []byte, e *api.Event) []byte {
	if w.ended || e.Choice != 0 { // a caller of this dialect asks for one choice
		return dst
	}
	switch e.Kind {
	case api.EventError:
		w.ended = true
		err := e.Err
		if err == nil {
			err = badAnswer("an error without a reason")
		}
		w.scratch = appendError(w.scratch[:0], err)
		return sse.AppendEvent(dst, "error", w.scratch)
	case api.EventUsage:
		w.use(&e.Usage)
		return dst
	}
	dst = w.start(dst, e)
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
		dst = w.seal(dst, "", "")
		w.end.finish = e.Finish
		w.end.raw, w.end.sequence = strings.Clone(e.FinishRaw), strings.Clone(e.StopSequence)
		return w.blocks.Flush(dst)
	case api.EventEnd:
		w.ended = true
		return w.stop(w.blocks.Flush(dst))
	}
	return dst
}

func (w *writer) use(u *api.Usage) {
	if u.Known || !w.usage.Known {
		w.usage = *u
	}
}

// start writes message_start before anything else. The input tokens are 0 in it
// when the provider tells them only at the end; message_delta then has them.
func (w *writer) start(dst []byte, e *api.Event) []byte {
	if w.started {
		return dst
	}
	w.started = true
	id, model := "", ""
	if e.Kind == api.EventStart {
		id, model = e.ID, e.Model
		w.use(&e.Usage)
	}
	dst = append(dst, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":"...)
	dst = appendMessageHead(dst, id, model, w.head)
	dst = append(dst, `,"content":[],"stop_reason":null,"stop_sequence":null,"usage":`...)
	dst = appendUsage(dst, &w.usage)
	return append(dst, "}}}\n\n"...)
}

// part begins a part; one that this dialect has no block for is not shown.
func (w *writer) part(dst []byte, e *api.Event) []byte {
	if e.SignatureOf == dialect.Google {
		dst = w.seal(dst, e.Signature, dialect.Google)
	}
	dst = w.seal(dst, "", "")
	w.scratch = w.scratch[:0]
	switch e.PartKind {
	case api.PartText, api.PartRefusal:
		w.scratch = append(w.scratch, `{"type":"text","text":""}`...)
	case api.PartReasoning:
		w.unsigned = e.Part + 1
		w.scratch = append(w.scratch, `{"type":"thinking","thinking":"","signature":""}`...)
	case api.PartToolCall:
		w.end.called = true
		call := api.ToolCall{ID: e.CallID, Name: e.Name}
		w.scratch = appendToolUse(w.scratch, e.CallID, &call)
		w.scratch = append(appendOthers(w.scratch, e.Raw, e.RawOf, toolUseMembers), '}')
	case api.PartRedacted:
		if e.Signature == "" { // comes as an EventSign
			w.blocks.Hide(e)
			return dst
		}
		return w.redacted(dst, e)
	case api.PartOpaque:
		if e.RawOf == name && len(e.Raw) > 0 {
			w.scratch = append(w.scratch, e.Raw...)
		}
	}
	if len(w.scratch) == 0 {
		w.blocks.Hide(e)
		return dst
	}
	return w.blocks.Begin(dst, e, oneLine(w.scratch))
}

// oneLine returns a JSON value that has kept raw parts of another event without
// line breaks, which would end its data.
func oneLine(v []byte) []byte {
	if bytes.ContainsAny(v, "\r\n") {
		return jsonx.AppendCompact(nil, v)
	}
	return v
}

// redacted writes encrypted reasoning, which is a block without deltas.
func (w *writer) redacted(dst []byte, e *api.Event) []byte {
	if e.SignatureOf != name {
		return dst
	}
	w.scratch = appendRedactedBlock(w.scratch[:0], e.Signature)
	return w.blocks.Begin(dst, e, w.scratch)
}

func (w *writer) delta(dst []byte, e *api.Event) []byte {
	b := w.blocks.Find(e.Part)
	if b == nil || e.Text == "" {
		return dst
	}
	w.scratch = w.scratch[:0]
	switch b.Kind {
	case api.PartText, api.PartRefusal:
		w.scratch = append(w.scratch, `{"type":"text_delta","text":`...)
	case api.PartReasoning:
		w.scratch = append(w.scratch, `{"type":"thinking_delta","thinking":`...)
	case api.PartToolCall:
		b.Feed(e.Text)
		w.scratch = append(w.scratch, `{"type":"input_json_delta","partial_json":`...)
	default:
		return dst
	}
	w.scratch = append(jsonx.AppendString(w.scratch, e.Text), '}')
	return w.blocks.Delta(dst, b, w.scratch)
}

func (w *writer) sign(dst []byte, e *api.Event) []byte {
	b := w.blocks.Find(e.Part)
	switch {
	case b == nil:
		return dst
	case b.Kind == api.PartRedacted && e.SignatureOf == name:
		e := *e
		e.PartKind = api.PartRedacted
		return w.redacted(dst, &e)
	case b.Kind != api.PartReasoning:
		return dst
	case e.SignatureOf == name:
		w.unsigned = 0
		return w.signature(dst, b, e.Signature)
	}
	return w.seal(dst, e.Signature, e.SignatureOf)
}

// seal signs the reasoning that waits for it with another dialect's signature,
// which may be none. A client may take only what is signed for a whole block, and
// the gateway must know its own work again.
func (w *writer) seal(dst []byte, signature, of string) []byte {
	if w.unsigned == 0 {
		return dst
	}
	b := w.blocks.Find(w.unsigned - 1)
	w.unsigned = 0
	return w.signature(dst, b, dialect.SealOf(signature, of))
}

func (w *writer) signature(dst []byte, b *blocks.Block, signature string) []byte {
	w.scratch = append(w.scratch[:0], `{"type":"signature_delta","signature":`...)
	w.scratch = append(jsonx.AppendString(w.scratch, signature), '}')
	return w.blocks.Delta(dst, b, w.scratch)
}

func (w *writer) cite(dst []byte, e *api.Event) []byte {
	b := w.blocks.Find(e.Part)
	if b == nil || b.Kind != api.PartText || e.Citation == nil || !citable(e.Citation, true) {
		return dst
	}
	w.scratch = append(w.scratch[:0], `{"type":"citations_delta","citation":`...)
	w.scratch = append(appendCitation(w.scratch, e.Citation), '}')
	return w.blocks.Delta(dst, b, oneLine(w.scratch))
}

// stop writes message_delta and message_stop. The first waits for the end since
// providers of other dialects tell the usage only after the reason to finish.
func (w *writer) stop(dst []byte) []byte {
	dst = append(dst, "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"...)
	dst = jsonx.AppendString(dst, w.end.reason())
	dst = appendStopSequence(dst, w.end.sequence)
	dst = append(dst, `},"usage":`...)
	dst = appendUsage(dst, &w.usage)
	return append(dst, "}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"...)
}
