package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/put"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Writer implements dialect.Codec. Google's streams have calls whole, so a call's
// fragments are gathered until the next part of another kind, or the finish; and
// usage stands beside the finish reason, which waits for it.
func (codec) Writer(h *dialect.Head) dialect.StreamWriter { return newStreamWriter(h) }

func newStreamWriter(h *dialect.Head) *streamWriter {
	w := &streamWriter{}
	if h.ArrayStream {
		w.array = &jsonArray{}
	}
	return w
}

type streamWriter struct {
	array    *jsonArray // nil: events
	id       string
	model    string
	choices  []choiceWriter
	usage    api.Usage
	finishes bool // a finish waits for usage
	done     bool
}

// choiceWriter is one candidate so far. The strings it keeps are its own.
type choiceWriter struct {
	index     int
	kind      api.PartKind // of the part that began last
	mime      string
	calls     []pendingCall
	citations []byte // elements of citationMetadata.citations
	finish    string // the finish reason that waits; empty for none
	sealed    string // the signature of a thought, which waits for what the thought led to
}

// ContentType implements dialect.StreamWriter.
func (w *streamWriter) ContentType() string {
	if w.array != nil {
		return "application/json"
	}
	return "text/event-stream"
}

// Heartbeat implements dialect.StreamWriter. It is an empty line: between events it
// dispatches nothing, in an array it is space. A comment would be the usual
// thing, but Google's Python SDK takes each line that is not data for an error.
func (w *streamWriter) Heartbeat(dst []byte) []byte { return append(dst, '\n') }

// Append implements dialect.StreamWriter.
func (w *streamWriter) Append(dst []byte, e *api.Event) []byte {
	if w.done {
		return dst
	}
	switch e.Kind {
	case api.EventStart:
		w.id, w.model = strings.Clone(e.ID), strings.Clone(e.Model)
	case api.EventPart:
		return w.part(dst, e)
	case api.EventDelta:
		return w.delta(dst, e)
	case api.EventSign:
		return w.sign(dst, e)
	case api.EventCitation:
		w.citation(e)
	case api.EventFinish:
		return w.finish(dst, e)
	case api.EventUsage:
		w.usage = e.Usage
		if w.finishes {
			return w.flush(dst)
		}
	case api.EventError:
		w.done = true
		return w.error(dst, e.Err)
	case api.EventEnd:
		w.done = true
		return w.end(dst)
	}
	return dst
}

func (w *streamWriter) choice(index int) *choiceWriter {
	for i := range w.choices {
		if w.choices[i].index == index {
			return &w.choices[i]
		}
	}
	w.choices = append(w.choices, choiceWriter{index: index})
	return &w.choices[len(w.choices)-1]
}

// part begins a part. A call waits for its arguments; any other part says that
// the calls before it are complete.
func (w *streamWriter) part(dst []byte, e *api.Event) []byte {
	c := w.choice(e.Choice)
	c.kind = e.PartKind
	if e.PartKind == api.PartToolCall {
		c.calls = append(c.calls, pendingCall{
			part: e.Part, id: strings.Clone(e.CallID), name: strings.Clone(e.Name), custom: e.Custom, signature: c.sealed,
		})
		c.sealed = ""
		return w.sign(dst, e)
	}
	dst = w.flushCalls(dst, c)
	if e.PartKind != api.PartText {
		dst = w.flushSealed(dst, c)
	}
	c.mime = strings.Clone(e.MIME)
	if e.PartKind == api.PartOpaque && e.RawOf == name && len(e.Raw) > 0 {
		dst = w.chunk(dst, c, nil, func(b []byte) []byte { return append(b, e.Raw...) })
	}
	return dst
}

func (w *streamWriter) delta(dst []byte, e *api.Event) []byte {
	c := w.choice(e.Choice)
	if call := c.call(e.Part); call != nil {
		call.args = append(call.args, e.Text...)
		return dst
	}
	if e.Text == "" && len(e.LogProbs) == 0 {
		return dst
	}
	switch kind := c.kind; kind {
	case api.PartText, api.PartRefusal, api.PartReasoning:
		sign := c.sealed
		c.sealed = ""
		return w.chunk(dst, c, e.LogProbs, func(b []byte) []byte {
			return appendTextPart(b, e.Text, kind == api.PartReasoning, sign)
		})
	case api.PartImage, api.PartAudio:
		m := api.Media{MIME: c.mime, Data: e.Text}
		return w.chunk(dst, c, nil, func(b []byte) []byte {
			o := put.Begin(b)
			appendMedia(&o, kind, &m)
			return o.End()
		})
	}
	return dst
}

func appendTextPart(dst []byte, said string, thought bool, signature string) []byte {
	o := put.Begin(dst)
	o.Text("text", said)
	if thought {
		o.Bool("thought", true)
	}
	o.Some("thoughtSignature", signature)
	return o.End()
}

// sign passes Google's own signatures on: with the call, or on empty text behind
// the text that has been written. Another's is sealed. That of a thought waits for
// the call or text that comes next, where clients look for one.
func (w *streamWriter) sign(dst []byte, e *api.Event) []byte {
	if e.Signature == "" {
		return dst
	}
	c := w.choice(e.Choice)
	if e.SignatureOf != name {
		if c.kind != api.PartReasoning && c.kind != api.PartRedacted {
			return dst
		}
		dst = w.flushSealed(dst, c)
		c.sealed = sealed(&api.Part{Kind: c.kind, Signature: e.Signature, SignatureOf: e.SignatureOf})
		if c.kind == api.PartRedacted {
			return w.flushSealed(dst, c)
		}
		return dst
	}
	if call := c.call(e.Part); call != nil {
		call.signature = strings.Clone(e.Signature)
		return dst
	}
	return w.chunk(dst, c, nil, func(b []byte) []byte {
		return appendTextPart(b, "", c.kind == api.PartReasoning, e.Signature)
	})
}

// flushSealed writes the signature that waits on an empty thought of its own.
func (w *streamWriter) flushSealed(dst []byte, c *choiceWriter) []byte {
	if c.sealed == "" {
		return dst
	}
	sign := c.sealed
	c.sealed = ""
	return w.chunk(dst, c, nil, func(b []byte) []byte { return appendTextPart(b, "", true, sign) })
}

func (w *streamWriter) citation(e *api.Event) {
	if e.Citation == nil {
		return
	}
	c := w.choice(e.Choice)
	if len(c.citations) > 0 {
		c.citations = append(c.citations, ',')
	}
	c.citations = appendCitation(c.citations, e.Citation, "")
}

// finish lets a finish wait for usage, or writes it if usage has come before it.
func (w *streamWriter) finish(dst []byte, e *api.Event) []byte {
	c := w.choice(e.Choice)
	dst = w.flushSealed(w.flushCalls(dst, c), c)
	c.finish = finishWord(e.Finish, e.FinishRaw)
	w.finishes = true
	return dst
}

// flush writes the finishes that wait, all in one chunk, with the usage.
func (w *streamWriter) flush(dst []byte) []byte {
	w.finishes = false
	return w.response(dst, func(o *put.Object) {
		o.Key("candidates")
		o.Dst = append(o.Dst, '[')
		n := 0
		for i := range w.choices {
			c := &w.choices[i]
			if c.finish == "" {
				continue
			}
			o.Dst = put.Comma(o.Dst)
			n++
			o.Dst = c.appendFinish(o.Dst)
			c.finish = ""
		}
		o.Dst = append(o.Dst, ']')
	})
}

func (c *choiceWriter) appendFinish(dst []byte) []byte {
	o := put.Begin(dst)
	o.Key("content")
	o.Dst = append(o.Dst, `{"role":"model","parts":[{"text":""}]}`...)
	o.Text("finishReason", c.finish)
	o.Int("index", int64(c.index))
	if len(c.citations) > 0 {
		o.Key("citationMetadata")
		o.Dst = append(o.Dst, `{"citations":[`...)
		o.Dst = append(append(o.Dst, c.citations...), "]}"...)
	}
	return o.End()
}

// chunk writes an event that holds the parts of one candidate.
func (w *streamWriter) chunk(dst []byte, c *choiceWriter, logProbs []api.LogProb, parts func([]byte) []byte) []byte {
	return w.response(dst, func(o *put.Object) {
		o.Key("candidates")
		o.Dst = append(o.Dst, `[{"content":{"role":"model","parts":[`...)
		o.Dst = append(parts(o.Dst), "]}"...)
		in := put.Object{Dst: o.Dst}
		in.Int("index", int64(c.index))
		appendLogProbs(&in, logProbs)
		o.Dst = append(in.End(), ']')
	})
}

// response writes one wire event: a response with the members that fill adds.
// Usage, once it is known, is on each that follows, as Google has it.
func (w *streamWriter) response(dst []byte, fill func(o *put.Object)) []byte {
	dst = w.open(dst)
	o := put.Begin(dst)
	fill(&o)
	appendUsage(&o, &w.usage)
	o.Some("modelVersion", w.model)
	o.Some("responseId", w.id)
	return w.shut(o.End())
}

// open and shut frame one element. The space behind the colon is not optional:
// Google's Python SDK reads no other data lines.
func (w *streamWriter) open(dst []byte) []byte {
	if w.array != nil {
		return w.array.separate(dst)
	}
	return append(dst, "data: "...)
}

func (w *streamWriter) shut(dst []byte) []byte {
	if w.array != nil {
		return dst
	}
	return append(dst, "\n\n"...)
}

func (w *streamWriter) error(dst []byte, err *api.Error) []byte {
	if err == nil {
		err = api.Errorf(api.KindInternal, "internal_error", "The stream failed.")
	}
	dst = w.open(dst)
	if v := jsonx.Value(err.Raw); err.RawOf == name && v.Kind() == jsonx.Object {
		dst = jsonx.AppendCompact(dst, v)
	} else {
		dst = appendError(dst, err, err.HTTPStatus())
	}
	return w.closing(w.shut(dst))
}

// end writes what still waits: calls and finishes of a stream that said no usage.
func (w *streamWriter) end(dst []byte) []byte {
	for i := range w.choices {
		dst = w.flushCalls(dst, &w.choices[i])
	}
	if w.finishes {
		dst = w.flush(dst)
	}
	return w.closing(dst)
}

func (w *streamWriter) closing(dst []byte) []byte {
	if w.array != nil {
		return w.array.shut(dst)
	}
	return dst
}
