package responses

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// itemReader is what a reader remembers of an item.
type itemReader struct {
	index    int64
	id       string
	part     int // of a call or of reasoning, -1 before it has begun
	custom   bool
	said     bool // arguments or thoughts have been read
	thought  int64
	contents []contentReader
	over     bool
}

// contentReader is a piece of a message.
type contentReader struct {
	index int64
	kind  api.PartKind
	part  int
	said  bool
	cited int64
}

// Where the pieces of a thought are counted from, so that those of a summary and of
// the thought itself are told apart.
const (
	summaryThought = 1
	plainThought   = 1 << 32
)

// added begins a call. Of anything else the pieces tell when it begins.
func (i *itemReader) added(dst []api.Event, r *reader, v jsonx.Value) []api.Event {
	switch kind := take.Text(v, "type"); kind {
	case "function_call", "custom_tool_call":
		if i.part >= 0 || i.over {
			return dst
		}
		call := api.Event{PartKind: api.PartToolCall, CallID: take.Text(v, "call_id"), Name: take.Text(v, "name"), Custom: kind == "custom_tool_call"}
		if call.CallID == "" {
			call.CallID = take.Text(v, "id")
		}
		r.calls, i.custom = true, call.Custom
		dst, i.part = r.begin(dst, call)
	}
	return dst
}

// fragment goes on with a call.
func (i *itemReader) fragment(dst []api.Event, s string) []api.Event {
	if i.part < 0 || i.over || s == "" {
		return dst
	}
	i.said = true
	return append(dst, api.Event{Kind: api.EventDelta, Part: i.part, PartKind: api.PartToolCall, Text: s, Custom: i.custom})
}

// words goes on with a piece of a message.
func (i *itemReader) words(dst []api.Event, r *reader, v jsonx.Value, kind api.PartKind, s string) []api.Event {
	if s == "" || i.over {
		return dst
	}
	dst, c := i.content(dst, r, take.Integer(v, "content_index"), kind)
	c.said = true
	return append(dst, api.Event{Kind: api.EventDelta, Part: c.part, PartKind: kind, Text: s, LogProbs: decodeLogProbs(v.Get("logprobs"))})
}

// content returns a piece of a message, begun if need be.
func (i *itemReader) content(dst []api.Event, r *reader, index int64, kind api.PartKind) ([]api.Event, *contentReader) {
	for j := range i.contents {
		if c := &i.contents[j]; c.index == index && c.kind == kind {
			return dst, c
		}
	}
	c := contentReader{index: index, kind: kind}
	dst, c.part = r.begin(dst, api.Event{PartKind: kind})
	i.contents = append(i.contents, c)
	return dst, &i.contents[len(i.contents)-1]
}

func (i *itemReader) cite(dst []api.Event, r *reader, v jsonx.Value) []api.Event {
	a := v.Get("annotation")
	if a.Kind() != jsonx.Object || i.over {
		return dst
	}
	dst, c := i.content(dst, r, take.Integer(v, "content_index"), api.PartText)
	c.cited++
	return append(dst, citation(c.part, a))
}

func citation(part int, v jsonx.Value) api.Event {
	c := decodeCitation(v)
	return api.Event{Kind: api.EventCitation, Part: part, PartKind: api.PartText, Citation: &c}
}

// think goes on with reasoning. Its pieces are put together as they are where an
// answer is whole; the thought itself is left out where it has a summary.
func (i *itemReader) think(dst []api.Event, r *reader, piece int64, s string) []api.Event {
	if s == "" || i.over {
		return dst
	}
	if i.part < 0 {
		dst, i.part = r.begin(dst, api.Event{PartKind: api.PartReasoning})
		i.thought = piece
	}
	if (i.thought >= plainThought) != (piece >= plainThought) {
		return dst
	}
	delta := api.Event{Kind: api.EventDelta, Part: i.part, PartKind: api.PartReasoning}
	if i.said && piece != i.thought {
		delta.Text = "\n\n"
		dst = append(dst, delta)
	}
	i.said, i.thought = true, piece
	delta.Text = s
	return append(dst, delta)
}

// whole appends what has not been said yet of an item that is whole.
func (i *itemReader) whole(dst []api.Event, r *reader, v jsonx.Value) []api.Event {
	if i.over {
		return dst
	}
	switch take.Text(v, "type") {
	case "message":
		dst = i.wholeMessage(dst, r, v)
	case "function_call":
		dst = i.added(dst, r, v)
		if !i.said {
			dst = i.fragment(dst, take.Text(v, "arguments"))
		}
	case "custom_tool_call":
		dst = i.added(dst, r, v)
		if !i.said {
			dst = i.fragment(dst, take.Text(v, "input"))
		}
	case "reasoning":
		dst = i.wholeThought(dst, r, v)
	case "":
		return dst
	default:
		dst, i.part = r.begin(dst, api.Event{PartKind: api.PartOpaque, Raw: api.JSON(v), RawOf: name})
	}
	i.over = true
	return dst
}

func (i *itemReader) wholeMessage(dst []api.Event, r *reader, v jsonx.Value) []api.Event {
	n := int64(0)
	for e := range v.Get("content").Elements() {
		p := decodePart(e)
		if isWords(&p) && (p.Text != "" || len(p.Citations) > 0) {
			var c *contentReader
			dst, c = i.content(dst, r, n, p.Kind)
			if !c.said && p.Text != "" {
				c.said = true
				dst = append(dst, api.Event{Kind: api.EventDelta, Part: c.part, PartKind: p.Kind, Text: p.Text})
			}
			if c.cited == 0 {
				for a := range e.Get("annotations").Elements() {
					dst = append(dst, citation(c.part, a))
				}
			}
		}
		n++
	}
	return dst
}

// wholeThought signs reasoning. What has no summary is all secret.
func (i *itemReader) wholeThought(dst []api.Event, r *reader, v jsonx.Value) []api.Event {
	piece := int64(summaryThought)
	if i.part < 0 {
		for _, list := range []string{"summary", "content"} {
			for e := range v.Get(list).Elements() {
				dst = i.think(dst, r, piece, take.Text(e, "text"))
				piece++
			}
			if i.part >= 0 {
				break
			}
		}
	}
	s := take.Text(v, "encrypted_content")
	if s == "" {
		return dst
	}
	p := api.Part{Kind: api.PartReasoning, Signature: s, SignatureOf: name}
	if i.part < 0 {
		p.Kind = api.PartRedacted
	}
	if dialect.Unseal(s, &p) && i.part >= 0 {
		p.Kind = api.PartReasoning
	}
	if i.part < 0 {
		dst, i.part = r.begin(dst, api.Event{PartKind: p.Kind})
	}
	return append(dst, api.Event{Kind: api.EventSign, Part: i.part, PartKind: p.Kind, Signature: p.Signature, SignatureOf: p.SignatureOf})
}
