package responses

import (
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/openai"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Writer implements dialect.Codec.
func (codec) Writer(h *dialect.Head) dialect.StreamWriter { return &writer{head: h} }

// writer encodes one stream. The last event repeats the whole answer, so all of it
// is kept. The dialect gives one answer only: the first choice.
type writer struct {
	head   *dialect.Head
	outer  outer
	number int64 // of the next event
	begun  bool
	done   bool
	items  []*itemWriter
	parts  []partWriter // by their number
	words  *itemWriter  // the message that text goes on in, nil when none is open
	finish api.Finish
}

// partWriter is where a part goes.
type partWriter struct {
	item    *itemWriter // nil for a part that has no place here
	content int
}

// ContentType implements dialect.StreamWriter.
func (w *writer) ContentType() string { return "text/event-stream" }

// Heartbeat implements dialect.StreamWriter.
func (w *writer) Heartbeat(dst []byte) []byte { return sse.AppendComment(dst, "ping") }

// Append implements dialect.StreamWriter.
func (w *writer) Append(dst []byte, e *api.Event) []byte {
	if w.done || e.Choice != 0 {
		return dst
	}
	switch e.Kind {
	case api.EventStart:
		return w.start(dst, e)
	case api.EventPart:
		return w.part(w.start(dst, e), e)
	case api.EventDelta:
		return w.delta(dst, e)
	case api.EventSign:
		return w.sign(dst, e)
	case api.EventCitation:
		return w.cite(dst, e)
	case api.EventFinish:
		w.finish = e.Finish
		return w.closeAll(dst)
	case api.EventUsage:
		w.outer.usage = e.Usage
	case api.EventError:
		return w.fail(dst, e.Err)
	case api.EventEnd:
		w.done = true
		w.outer.status, w.outer.reason = statusOf(w.finish), incomplete(w.finish)
		return w.whole(w.closeAll(w.start(dst, e)), "response."+w.outer.status)
	}
	return dst
}

// open begins an event, up to its own members; shut ends it.
func (w *writer) open(dst []byte, kind string) []byte {
	dst = append(append(dst, "event: "...), kind...)
	dst = append(append(dst, "\ndata: {\"type\":\""...), kind...)
	dst = strconv.AppendInt(append(dst, "\",\"sequence_number\":"...), w.number, 10)
	w.number++
	return dst
}

func shut(dst []byte) []byte { return append(dst, "}\n\n"...) }

// start writes the first events, once.
func (w *writer) start(dst []byte, e *api.Event) []byte {
	if w.begun {
		return dst
	}
	w.begun = true
	w.outer = outer{
		id: strings.Clone(responseID(e.ID)), model: strings.Clone(e.Model), created: e.Created,
		status: "in_progress", usage: w.outer.usage, echo: w.head.Settings,
	}
	return w.whole(w.whole(dst, "response.created"), "response.in_progress")
}

// whole writes an event with the response as far as it is known.
func (w *writer) whole(dst []byte, kind string) []byte {
	dst = put.Key(w.open(dst, kind), "response")
	at := len(dst)
	dst = w.outer.append(dst, func(dst []byte) []byte {
		for _, i := range w.items {
			dst = i.appendItem(put.Comma(dst), w.lastStatus(i))
		}
		return dst
	})
	// What the request has of line ends between its tokens would end the event.
	for i, b := range dst[at:] {
		if b == '\n' || b == '\r' {
			dst[at+i] = ' '
		}
	}
	return shut(dst)
}

func (w *writer) lastStatus(i *itemWriter) string {
	if i.kind == messageItem && incomplete(w.finish) != "" {
		return "incomplete"
	}
	return "completed"
}

// fail writes an error and, where the response was begun, that it has failed:
// some clients wait for the one, some for the other. The API's types have the
// error's members in the event, and its servers in an object of that.
func (w *writer) fail(dst []byte, err *api.Error) []byte {
	w.done = true
	dst = w.open(dst, "error")
	dst = put.TextOrNull(dst, "code", err.Code)
	dst = put.Text(dst, "message", err.Message)
	dst = put.TextOrNull(dst, "param", err.Param)
	_, body := openai.Codec.AppendError(nil, &api.Error{Kind: err.Kind, Code: err.Code, Param: err.Param, Message: err.Message})
	dst = shut(append(put.Key(dst, "error"), jsonx.Value(body).Get("error")...))
	if !w.begun {
		return dst
	}
	w.outer.status, w.outer.err = "failed", err
	return w.whole(dst, "response.failed")
}

// maxParts bounds what is remembered of a stream.
const maxParts = 1 << 16

// part begins a part, and with it mostly an item.
func (w *writer) part(dst []byte, e *api.Event) []byte {
	if len(w.parts) >= maxParts {
		return dst
	}
	if e.SignatureOf == google && e.Signature != "" {
		dst = w.signByGoogle(dst, e.Signature)
	}
	var p partWriter
	switch e.PartKind {
	case api.PartText, api.PartRefusal:
		if w.words == nil {
			dst = w.closeSaid(dst)
			dst, w.words = w.add(dst, messageItem, nil)
		} else {
			dst = w.closeContent(dst, w.words)
		}
		p.item, p.content = w.words, len(w.words.contents)
		w.words.contents = append(w.words.contents, contentWriter{kind: e.PartKind})
		dst = w.content(dst, w.words, "response.content_part.added")
	case api.PartToolCall:
		dst = w.closeSaid(dst)
		call := &api.ToolCall{ID: strings.Clone(e.CallID), Name: strings.Clone(e.Name), Custom: e.Custom}
		dst, p.item = w.add(dst, callItem, call)
	case api.PartReasoning, api.PartRedacted:
		dst = w.closeSaid(dst)
		dst, p.item = w.add(dst, reasoningItem, nil)
		p.item.encrypted = strings.Clone(sealed(e.PartKind, e.Signature, e.SignatureOf))
	case api.PartOpaque:
		if e.RawOf == name && len(e.Raw) > 0 {
			dst = w.closeSaid(dst)
			dst, p.item = w.add(dst, opaqueItem, nil)
		}
		if p.item != nil {
			p.item.raw = jsonx.AppendCompact(nil, jsonx.Value(e.Raw))
			dst = w.closeItem(w.announce(dst, p.item), p.item)
		}
	}
	w.parts = append(w.parts, p)
	return dst
}

// add begins an item, which is announced as it stands.
func (w *writer) add(dst []byte, kind itemKind, call *api.ToolCall) ([]byte, *itemWriter) {
	i := &itemWriter{kind: kind, index: len(w.items)}
	prefix := "msg_"
	switch kind {
	case reasoningItem:
		prefix = "rs_"
	case callItem:
		// Free text that came in an object has to be whole before it can be taken out.
		form := formOf(w.head, call.Name)
		i.wrapped, i.namespace = !call.Custom && form.Custom, form.Namespace
		call.Name, call.Custom = form.Own, call.Custom || i.wrapped
		i.call = *call
		prefix = "fc_"
		if call.Custom {
			prefix = "ctc_"
		}
	}
	i.id = itemID(prefix, w.outer.id, i.index)
	w.items = append(w.items, i)
	if kind == opaqueItem {
		return dst, i
	}
	return w.announce(dst, i), i
}

func (w *writer) announce(dst []byte, i *itemWriter) []byte {
	dst = put.Int(w.open(dst, "response.output_item.added"), "output_index", int64(i.index))
	return shut(i.appendItem(put.Key(dst, "item"), "in_progress"))
}

// to returns where the part that e goes on with goes.
func (w *writer) to(e *api.Event) partWriter {
	if e.Part < 0 || e.Part >= len(w.parts) {
		return partWriter{}
	}
	return w.parts[e.Part]
}

func (w *writer) delta(dst []byte, e *api.Event) []byte {
	p := w.to(e)
	i := p.item
	if i == nil || i.over || e.Text == "" {
		return dst
	}
	switch i.kind {
	case messageItem:
		c := &i.contents[p.content]
		c.text = append(c.text, e.Text...)
		kind := "response.output_text.delta"
		if c.kind == api.PartRefusal {
			kind = "response.refusal.delta"
		}
		dst = put.Int(w.openOf(dst, kind, i), "content_index", int64(p.content))
		dst = put.Text(dst, "delta", e.Text)
		if c.kind == api.PartText {
			dst = appendStreamProbs(dst, e.LogProbs)
		}
		return shut(dst)
	case reasoningItem:
		dst = w.summary(dst, i, "response.reasoning_summary_part.added")
		i.text = append(i.text, e.Text...)
		dst = put.Int(w.openOf(dst, "response.reasoning_summary_text.delta", i), "summary_index", 0)
		return shut(put.Text(dst, "delta", e.Text))
	case callItem:
		i.text = append(i.text, e.Text...)
		if i.wrapped {
			return dst
		}
		return shut(put.Text(w.openOf(dst, i.deltaKind(), i), "delta", e.Text))
	}
	return dst
}

// appendStreamProbs writes the logprobs of a piece of text, which clients want to be there.
func appendStreamProbs(dst []byte, list []api.LogProb) []byte {
	if len(list) == 0 {
		return append(put.Key(dst, "logprobs"), "[]"...)
	}
	return appendLogProbs(dst, list)
}

// openOf begins an event of an item.
func (w *writer) openOf(dst []byte, kind string, i *itemWriter) []byte {
	dst = put.Text(w.open(dst, kind), "item_id", i.id)
	return put.Int(dst, "output_index", int64(i.index))
}

// summary writes the beginning of what is shown of a thought, once.
func (w *writer) summary(dst []byte, i *itemWriter, kind string) []byte {
	if i.shown && kind == "response.reasoning_summary_part.added" {
		return dst
	}
	i.shown = true
	dst = put.Int(w.openOf(dst, kind, i), "summary_index", 0)
	dst = append(put.Key(dst, "part"), `{"type":"summary_text"`...)
	return shut(append(put.Text(dst, "text", string(i.text)), '}'))
}

// sign keeps the proof of reasoning for the item's end. One that comes later is in
// the last event only.
func (w *writer) sign(dst []byte, e *api.Event) []byte {
	i := w.to(e).item
	switch {
	case i == nil || e.Signature == "":
	case i.kind == reasoningItem:
		kind := api.PartReasoning
		if len(i.text) == 0 && e.PartKind == api.PartRedacted {
			kind = api.PartRedacted
		}
		i.encrypted = strings.Clone(sealed(kind, e.Signature, e.SignatureOf))
	case e.SignatureOf == google && i.kind == callItem:
		return w.signByGoogle(dst, e.Signature)
	}
	return dst
}

// signByGoogle has reasoning carry a signature of what it led to: the last thought,
// or an empty one.
func (w *writer) signByGoogle(dst []byte, signature string) []byte {
	for _, i := range w.items {
		if i.kind == reasoningItem && i.encrypted == "" {
			i.encrypted = sealed(api.PartReasoning, signature, google)
			return dst
		}
	}
	dst = w.closeSaid(dst)
	dst, i := w.add(dst, reasoningItem, nil)
	i.encrypted = sealed(api.PartReasoning, signature, google)
	return dst
}

func (w *writer) cite(dst []byte, e *api.Event) []byte {
	p := w.to(e)
	if p.item == nil || p.item.kind != messageItem || p.item.over || e.Citation == nil || !citable(e.Citation) {
		return dst
	}
	c := &p.item.contents[p.content]
	if c.citations > 0 {
		c.cited = append(c.cited, ',')
	}
	c.cited = appendCitation(c.cited, e.Citation)
	c.citations++
	dst = put.Int(w.openOf(dst, "response.output_text.annotation.added", p.item), "content_index", int64(p.content))
	dst = put.Int(dst, "annotation_index", int64(c.citations-1))
	return shut(appendCitation(put.Key(dst, "annotation"), e.Citation))
}
