package cohere

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Writer implements dialect.Codec.
func (codec) Writer(h *dialect.Head) dialect.StreamWriter {
	if h.Legacy {
		return &v1Writer{head: h}
	}
	return &writer{}
}

// writer encodes a stream. Text is a block of content even where calls follow, since
// that is not known when it begins. A part ends when the next one begins; what a
// provider that interleaves them says later goes out under the part's own number.
type writer struct {
	started bool
	ended   bool
	parts   []writtenPart
	open    int // number of the part that has not ended, plus 1; 0 for none
	content int // blocks so far
	calls   int // calls so far
	cites   int // citations so far
	finish  api.Finish
	stop    string
	usage   api.Usage
}

// writtenPart is a part that has begun; its place in the list is its number.
type writtenPart struct {
	kind   api.PartKind
	index  int // among the content or the calls
	hidden bool
	said   bool
}

// ContentType implements dialect.StreamWriter.
func (*writer) ContentType() string { return "text/event-stream" }

// Heartbeat implements dialect.StreamWriter.
func (*writer) Heartbeat(dst []byte) []byte { return sse.AppendComment(dst, "ping") }

// Append implements dialect.StreamWriter.
func (w *writer) Append(dst []byte, e *api.Event) []byte {
	if w.ended || e.Choice != 0 { // a caller of this dialect asks for one choice
		return dst
	}
	switch e.Kind {
	case api.EventError:
		w.ended = true
		return appendFailure(dst, e.Err)
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
		w.finish, w.stop = e.Finish, strings.Clone(e.StopSequence)
		return w.close(dst)
	case api.EventEnd:
		w.ended = true
		return w.end(w.close(dst))
	}
	return dst
}

func (w *writer) use(u *api.Usage) {
	if u.Known || !w.usage.Known {
		w.usage = *u
	}
}

// appendFailure writes an error as the API ends a stream that it cannot go on with.
func appendFailure(dst []byte, err *api.Error) []byte {
	message := "The answer broke off."
	if err != nil {
		message = err.Message
	}
	dst = append(dst, "event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\""...)
	return append(put.Text(dst, "error", message), "}}\n\n"...)
}

func (w *writer) start(dst []byte, e *api.Event) []byte {
	if w.started {
		return dst
	}
	w.started = true
	if e.Kind == api.EventStart {
		w.use(&e.Usage)
	}
	dst = append(dst, "event: message-start\ndata: {"...)
	dst = put.Text(dst, "id", e.ID)
	return append(dst, ",\"type\":\"message-start\",\"delta\":{\"message\":{\"role\":\"assistant\",\"content\":[],\"tool_plan\":\"\",\"tool_calls\":[],\"citations\":[]}}}\n\n"...)
}

// event begins an event about the part of an index, up to the value in its message.
func event(dst []byte, kind string, index int, member string) []byte {
	dst = append(append(dst, "event: "...), kind...)
	dst = append(append(dst, "\ndata: {\"type\":\""...), kind...)
	dst = put.Int(append(dst, '"'), "index", int64(index))
	if member == "" {
		return dst
	}
	return put.Key(append(dst, `,"delta":{"message":{`...), member)
}

const (
	eventShut = "}}}\n\n" // behind the value that event has begun
	eventEnd  = "}\n\n"   // behind one without
)

// part begins a part; one that this dialect has no block for is not shown.
func (w *writer) part(dst []byte, e *api.Event) []byte {
	dst = w.close(dst)
	p := writtenPart{kind: e.PartKind}
	signed := api.Part{Kind: e.PartKind, Signature: e.Signature, SignatureOf: e.SignatureOf}
	switch e.PartKind {
	case api.PartText, api.PartRefusal:
		p.index = w.content
		dst = append(event(dst, "content-start", p.index, "content"), `{"type":"text","text":""`...)
	case api.PartReasoning:
		p.index = w.content
		dst = append(event(dst, "content-start", p.index, "content"), `{"type":"thinking","thinking":""`...)
	case api.PartToolCall:
		p.index = w.calls
		dst = appendFunction(append(event(dst, "tool-call-start", p.index, "tool_calls"), '{'), e.CallID, e.Name, "")
	default:
		p.hidden = true
	}
	w.note(e.Part, p)
	if p.hidden {
		return dst
	}
	if p.kind == api.PartToolCall {
		w.calls++
	} else {
		w.content++
	}
	w.open = e.Part + 1
	return append(append(appendSignature(dst, &signed, true), '}'), eventShut...)
}

// maxParts bounds what is remembered of an answer.
const maxParts = 1 << 16

func (w *writer) note(at int, p writtenPart) {
	for len(w.parts) <= at && at < maxParts {
		w.parts = append(w.parts, writtenPart{hidden: true})
	}
	if at < len(w.parts) {
		w.parts[at] = p
	}
}

// shownPart returns the part that e goes on with, nil for one that is not shown.
func (w *writer) shownPart(e *api.Event) *writtenPart {
	if e.Part < 0 || e.Part >= len(w.parts) || w.parts[e.Part].hidden {
		return nil
	}
	return &w.parts[e.Part]
}

// close ends the part that is open. A call without arguments gets the empty object.
func (w *writer) close(dst []byte) []byte {
	if w.open == 0 || w.open > len(w.parts) {
		return dst
	}
	p := &w.parts[w.open-1]
	w.open = 0
	if p.kind != api.PartToolCall {
		return append(event(dst, "content-end", p.index, ""), eventEnd...)
	}
	if !p.said {
		dst = appendArguments(dst, p, "{}")
	}
	return append(event(dst, "tool-call-end", p.index, ""), eventEnd...)
}

func appendArguments(dst []byte, p *writtenPart, fragment string) []byte {
	p.said = true
	dst = append(event(dst, "tool-call-delta", p.index, "tool_calls"), `{"function":{`...)
	return append(append(put.Text(dst, "arguments", fragment), "}}"...), eventShut...)
}

func (w *writer) delta(dst []byte, e *api.Event) []byte {
	p := w.shownPart(e)
	if p == nil || e.Text == "" {
		return dst
	}
	if p.kind == api.PartToolCall {
		return appendArguments(dst, p, e.Text)
	}
	key := "text"
	if p.kind == api.PartReasoning {
		key = "thinking"
	}
	dst = append(event(dst, "content-delta", p.index, "content"), '{')
	dst = append(put.Text(dst, key, e.Text), "}}}"...)
	if len(e.LogProbs) > 0 {
		dst = appendLogProb(put.Key(dst, "logprobs"), &e.LogProbs[0])
	}
	return append(dst, eventEnd...)
}

// sign writes the signature of a part, which SDKs leave be.
func (w *writer) sign(dst []byte, e *api.Event) []byte {
	p := w.shownPart(e)
	if p == nil || e.Signature == "" {
		return dst
	}
	signed := api.Part{Kind: p.kind, Signature: e.Signature, SignatureOf: e.SignatureOf}
	switch p.kind {
	case api.PartToolCall:
		dst = append(event(dst, "tool-call-delta", p.index, "tool_calls"), '{')
	case api.PartReasoning:
		dst = append(event(dst, "content-delta", p.index, "content"), `{"thinking":""`...)
	default:
		dst = append(event(dst, "content-delta", p.index, "content"), `{"text":""`...)
	}
	return append(append(appendSignature(dst, &signed, true), '}'), eventShut...)
}

func (w *writer) cite(dst []byte, e *api.Event) []byte {
	p := w.shownPart(e)
	if p == nil || e.Citation == nil || !citable(e.Citation) {
		return dst
	}
	dst = event(dst, "citation-start", w.cites, "citations")
	dst = append(appendCitation(dst, e.Citation, p.index, false), eventShut...)
	dst = append(event(dst, "citation-end", w.cites, ""), eventEnd...)
	w.cites++
	return dst
}

// end writes message-end. It waits for the end of the stream since providers of
// other dialects tell the usage only after the reason to finish.
func (w *writer) end(dst []byte) []byte {
	dst = append(dst, "event: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":"...)
	dst = jsonx.AppendString(dst, finishWord(w.finish, w.stop, w.calls > 0))
	dst = append(dst, `,"usage":`...)
	dst = appendUsage(dst, &w.usage)
	return append(dst, "}}\n\n"...)
}
