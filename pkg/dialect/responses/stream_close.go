package responses

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

type itemKind uint8

const (
	messageItem itemKind = iota
	callItem
	reasoningItem
	opaqueItem
)

// itemWriter is an item that has begun.
type itemWriter struct {
	kind      itemKind
	index     int
	id        string
	contents  []contentWriter // of a message
	call      api.ToolCall    // without its arguments
	namespace string          // of the call's tool
	wrapped   bool            // the arguments are an object that holds a custom call's text
	text      []byte          // arguments, or what is shown of a thought
	shown     bool            // the summary has begun
	encrypted string
	raw       []byte
	over      bool
}

// contentWriter is a piece of a message.
type contentWriter struct {
	kind      api.PartKind
	text      []byte
	cited     []byte // the annotations, one behind the other
	citations int
	over      bool
}

// appendItem writes the item as far as it has come.
func (i *itemWriter) appendItem(dst []byte, status string) []byte {
	switch i.kind {
	case messageItem:
		dst = append(dst, `{"type":"message"`...)
		dst = put.Text(put.Text(dst, "id", i.id), "status", status)
		dst = append(dst, `,"role":"assistant","content":[`...)
		for j := range i.contents {
			dst = i.contents[j].append(put.Comma(dst))
		}
		return append(dst, "]}"...)
	case callItem:
		call := i.call
		call.Args = i.arguments(status != "in_progress")
		return append(appendCall(dst, i.id, i.namespace, status, &call), '}')
	case reasoningItem:
		return appendReasoningItem(dst, i.id, jsonx.Borrow(i.text), i.encrypted)
	}
	return append(dst, i.raw...)
}

// arguments returns those of the call: a caller reads what it got, so there is an
// object also where the model gave none.
func (i *itemWriter) arguments(whole bool) api.JSON {
	switch {
	case !whole && i.call.Custom:
		return api.JSON(`""`)
	case i.call.Custom && !i.wrapped:
		return jsonx.AppendString(nil, string(i.text))
	case whole && len(i.text) == 0:
		return api.JSON(`{}`)
	}
	return i.text
}

func (i *itemWriter) deltaKind() string {
	if i.call.Custom {
		return "response.custom_tool_call_input.delta"
	}
	return "response.function_call_arguments.delta"
}

func (c *contentWriter) append(dst []byte) []byte {
	if c.kind == api.PartRefusal {
		return append(put.Text(append(dst, `{"type":"refusal"`...), "refusal", jsonx.Borrow(c.text)), '}')
	}
	dst = append(dst, `{"type":"output_text"`...)
	dst = put.Text(dst, "text", jsonx.Borrow(c.text))
	dst = append(append(put.Key(dst, "annotations"), '['), c.cited...)
	return append(dst, `],"logprobs":[]}`...)
}

// content writes an event with the last piece of a message.
func (w *writer) content(dst []byte, i *itemWriter, kind string) []byte {
	n := len(i.contents) - 1
	dst = put.Int(w.openOf(dst, kind, i), "content_index", int64(n))
	return shut(i.contents[n].append(put.Key(dst, "part")))
}

// closeContent ends the piece of a message that is open.
func (w *writer) closeContent(dst []byte, i *itemWriter) []byte {
	n := len(i.contents) - 1
	if n < 0 || i.contents[n].over {
		return dst
	}
	c := &i.contents[n]
	c.over = true
	if c.kind == api.PartRefusal {
		dst = put.Int(w.openOf(dst, "response.refusal.done", i), "content_index", int64(n))
		dst = shut(put.Text(dst, "refusal", jsonx.Borrow(c.text)))
	} else {
		dst = put.Int(w.openOf(dst, "response.output_text.done", i), "content_index", int64(n))
		dst = shut(append(put.Text(dst, "text", jsonx.Borrow(c.text)), `,"logprobs":[]`...))
	}
	return w.content(dst, i, "response.content_part.done")
}

// closeSaid ends the message or the thought that is open. Calls stay open, since
// their fragments may come by turns.
func (w *writer) closeSaid(dst []byte) []byte {
	w.words = nil
	for _, i := range w.items {
		if i.kind != callItem {
			dst = w.closeItem(dst, i)
		}
	}
	return dst
}

func (w *writer) closeAll(dst []byte) []byte {
	w.words = nil
	for _, i := range w.items {
		dst = w.closeItem(dst, i)
	}
	return dst
}

// closeItem ends an item with all that it is.
func (w *writer) closeItem(dst []byte, i *itemWriter) []byte {
	if i.over {
		return dst
	}
	i.over = true
	switch i.kind {
	case messageItem:
		dst = w.closeContent(dst, i)
	case reasoningItem:
		if i.shown {
			dst = put.Int(w.openOf(dst, "response.reasoning_summary_text.done", i), "summary_index", 0)
			dst = shut(put.Text(dst, "text", jsonx.Borrow(i.text)))
			dst = w.summary(dst, i, "response.reasoning_summary_part.done")
		}
	case callItem:
		dst = w.closeCall(dst, i)
	}
	dst = put.Int(w.open(dst, "response.output_item.done"), "output_index", int64(i.index))
	return shut(i.appendItem(put.Key(dst, "item"), w.lastStatus(i)))
}

func (w *writer) closeCall(dst []byte, i *itemWriter) []byte {
	args := i.arguments(true)
	if i.call.Custom {
		input := freeTextOf(args)
		if i.wrapped && input != "" {
			dst = shut(put.Text(w.openOf(dst, i.deltaKind(), i), "delta", input))
		}
		return shut(put.Text(w.openOf(dst, "response.custom_tool_call_input.done", i), "input", input))
	}
	if len(i.text) == 0 {
		dst = shut(put.Text(w.openOf(dst, i.deltaKind(), i), "delta", jsonx.Borrow(args)))
	}
	dst = put.Text(w.openOf(dst, "response.function_call_arguments.done", i), "name", i.call.Name)
	return shut(put.Text(dst, "arguments", jsonx.Borrow(args)))
}
