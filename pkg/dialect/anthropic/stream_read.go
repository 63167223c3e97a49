package anthropic

import (
	"slices"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Reader implements dialect.Codec.
func (codec) Reader(api.Op) dialect.StreamReader { return &reader{} }

// reader decodes a stream. Blocks come one after the other, so it knows one, the
// newest, by its place and not by the index that it carries, which some
// providers leave at 0.
type reader struct {
	usage    wireUsage
	started  bool
	finished bool
	ended    bool
	open     bool // block has not been stopped
	block    block
	parts    int // blocks begun so far
}

// block is the content block that is being read.
type block struct {
	part int
	kind api.PartKind
	args bool // a tool call has shown some of its arguments
	// raw and input keep an opaque block until it is complete: the canonical
	// event for one carries all of it.
	raw, input []byte
}

// Read implements dialect.StreamReader.
func (r *reader) Read(dst []api.Event, ev *sse.Event) []api.Event {
	if r.ended || ev.Comment || len(ev.Data) == 0 || string(ev.Data) == "[DONE]" { // which some look-alikes append
		return dst
	}
	var m members
	if _, err := jsonx.ScanObject(ev.Data, func(f jsonx.Member) error { m.note(f); return nil }); err != nil {
		return r.fail(dst, badAnswer("an event that is not a JSON object"))
	}
	word := jsonx.Borrow(ev.Name)
	if word == "" { // some providers leave the event: line out
		word, _ = m.kind.Of(ev.Data).Str()
	}
	switch word {
	case "message_start":
		return r.start(dst, m.message.Of(ev.Data))
	case "content_block_start":
		return r.begin(dst, m.block.Of(ev.Data))
	case "content_block_delta":
		return r.delta(dst, m.delta.Of(ev.Data))
	case "content_block_stop":
		return r.stop(dst)
	case "message_delta":
		return r.finish(dst, m.delta.Of(ev.Data), m.usage.Of(ev.Data))
	case "message_stop":
		r.ended = true
		return append(r.stop(dst), api.Event{Kind: api.EventEnd})
	case "error":
		return r.fail(dst, errorInAnswer(ev.Data))
	}
	return dst
}

// members are where an event's parts are in its data.
type members struct {
	kind, message, block, delta, usage jsonx.Span
}

func (m *members) note(f jsonx.Member) {
	switch string(f.Key) {
	case "type":
		m.kind = f.At
	case "message":
		m.message = f.At
	case "content_block":
		m.block = f.At
	case "delta":
		m.delta = f.At
	case "usage":
		m.usage = f.At
	}
}

func (r *reader) fail(dst []api.Event, err *api.Error) []api.Event {
	r.ended = true
	return append(dst, api.Event{Kind: api.EventError, Err: err})
}

// start begins the message. It may be complete already as far as that: what
// follows a pause for tools that the provider ran can be known at once.
func (r *reader) start(dst []api.Event, message jsonx.Value) []api.Event {
	if r.started {
		return dst // the API has been seen to say it twice
	}
	r.started = true
	r.usage.merge(message.Get("usage"))
	dst = append(dst, api.Event{
		Kind:  api.EventStart,
		ID:    take.Text(message, "id"),
		Model: take.Text(message, "model"),
		Usage: r.usage.usage(),
	})
	for content := range message.Get("content").Elements() {
		dst = r.stop(r.begin(dst, content))
	}
	return r.finish(dst, message, nil)
}

func (r *reader) begin(dst []api.Event, v jsonx.Value) []api.Event {
	dst = r.stop(dst)
	r.open = true
	r.block = block{part: r.parts}
	r.parts++
	e := api.Event{Kind: api.EventPart, Part: r.block.part}
	var first string
	switch take.Text(v, "type") {
	case "text":
		first = take.Text(v, "text")
	case "thinking":
		e.PartKind = api.PartReasoning
		first = take.Text(v, "thinking")
	case "tool_use":
		e.PartKind, e.CallID, e.Name = api.PartToolCall, take.Text(v, "id"), take.Text(v, "name")
		if in := v.Get("input"); in.Len() > 0 { // the API says {} here and the rest in deltas
			first = jsonx.Borrow(in)
		}
		var p api.Part
		keepOthers(&p, v, toolUseMembers)
		e.Raw, e.RawOf = p.Raw, p.RawOf
	case "redacted_thinking":
		e.PartKind = api.PartRedacted
	default:
		r.block.kind = api.PartOpaque
		r.block.raw = slices.Clone([]byte(v))
		return dst
	}
	r.block.kind = e.PartKind
	dst = r.words(append(dst, e), first)
	dst = r.sign(dst, take.Text(v, "signature"))
	dst = r.sign(dst, take.Text(v, "data"))
	for c := range v.Get("citations").Elements() {
		dst = r.cite(dst, c)
	}
	return dst
}

// words appends an EventDelta of the block.
func (r *reader) words(dst []api.Event, words string) []api.Event {
	if words == "" {
		return dst
	}
	r.block.args = true
	return append(dst, api.Event{
		Kind: api.EventDelta, Part: r.block.part, PartKind: r.block.kind, Text: words,
	})
}

func (r *reader) sign(dst []api.Event, signature string) []api.Event {
	p := api.Part{Signature: signature, SignatureOf: name}
	dialect.Unseal(signature, &p) // where the provider is a gateway too
	if p.Signature == "" {
		return dst
	}
	return append(dst, api.Event{
		Kind: api.EventSign, Part: r.block.part, PartKind: r.block.kind,
		Signature: p.Signature, SignatureOf: p.SignatureOf,
	})
}

func (r *reader) cite(dst []api.Event, v jsonx.Value) []api.Event {
	c := decodeCitation(v)
	return append(dst, api.Event{
		Kind: api.EventCitation, Part: r.block.part, PartKind: r.block.kind, Citation: &c,
	})
}

func (r *reader) delta(dst []api.Event, v jsonx.Value) []api.Event {
	if !r.open {
		return dst
	}
	if r.block.kind == api.PartOpaque {
		r.block.grow(v)
		return dst
	}
	for key, member := range v.Members() { // each type of delta has a member of its own
		switch key {
		case "text", "partial_json", "thinking":
			words, _ := member.Str()
			dst = r.words(dst, words)
		case "signature":
			signature, _ := member.Str()
			dst = r.sign(dst, signature)
		case "citation":
			dst = r.cite(dst, member)
		}
	}
	return dst
}

// grow adds a delta to an opaque block: fragments of an input are gathered,
// members of deltas of other types are members of the block.
func (b *block) grow(delta jsonx.Value) {
	if take.Text(delta, "type") == "input_json_delta" {
		b.input = append(b.input, take.Text(delta, "partial_json")...)
		return
	}
	for key, member := range delta.Members() {
		if key != "type" {
			b.set(key, member)
		}
	}
}

func (b *block) set(key string, v []byte) {
	// An error means that raw is no object; it then stays what it is.
	if grown, err := jsonx.Set(nil, b.raw, v, key); err == nil {
		b.raw = grown
	}
}

// stop ends the block, if one is open: a call that showed no arguments has none,
// and an opaque block is complete.
func (r *reader) stop(dst []api.Event) []api.Event {
	if !r.open {
		return dst
	}
	r.open = false
	b := &r.block
	switch {
	case b.kind == api.PartToolCall && !b.args:
		return r.words(dst, "{}")
	case b.kind == api.PartOpaque && jsonx.Value(b.raw).Kind() == jsonx.Object:
		if jsonx.Valid(b.input) == nil {
			b.set("input", b.input)
		}
		return append(dst, api.Event{
			Kind: api.EventPart, Part: b.part, PartKind: api.PartOpaque, Raw: b.raw, RawOf: name,
		})
	}
	return dst
}

// finish reads the reason why the message ended, if it did, and the usage.
func (r *reader) finish(dst []api.Event, v, usage jsonx.Value) []api.Event {
	if reason := take.Text(v, "stop_reason"); reason != "" && !r.finished {
		r.finished = true
		dst = append(r.stop(dst), api.Event{
			Kind: api.EventFinish, Finish: finishOf(reason), FinishRaw: reason,
			StopSequence: take.Text(v, "stop_sequence"),
		})
	}
	if usage != nil {
		r.usage.merge(usage)
		dst = append(dst, api.Event{Kind: api.EventUsage, Usage: r.usage.usage()})
	}
	return dst
}

// Close implements dialect.StreamReader.
func (r *reader) Close(dst []api.Event) []api.Event {
	if r.ended {
		return dst
	}
	return r.fail(dst, api.Errorf(api.KindUnavailable, "stream_truncated",
		"The provider closed the stream before the answer was complete."))
}
