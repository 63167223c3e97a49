package bedrock

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Reader implements dialect.Codec.
func (codec) Reader(api.Op) dialect.StreamReader { return &streamReader{} }

// streamReader decodes a stream. Only blocks that are no text announce themselves;
// all say by their number when another one begins.
type streamReader struct {
	started  bool
	stopped  bool
	metadata bool // has come
	ended    bool
	usage    api.Usage
	parts    int // begun so far
	block    block
}

// block is the content block that is being read.
type block struct {
	open  bool
	index int64
	kind  api.PartKind
	args  bool // a call has shown some of its arguments
}

// Read implements dialect.StreamReader.
func (r *streamReader) Read(dst []api.Event, ev *sse.Event) []api.Event {
	if r.ended || len(ev.Name) == 0 {
		return dst
	}
	named, v := jsonx.Borrow(ev.Name), jsonx.Value(ev.Data)
	if isError(named) {
		return r.fail(dst, errorInAnswer(named, ev.Data))
	}
	if jsonx.Valid(ev.Data) != nil || v.Kind() != jsonx.Object {
		return r.fail(dst, badAnswer("an event that is not a JSON object"))
	}
	if !r.started {
		r.started = true
		dst = append(dst, api.Event{Kind: api.EventStart})
	}
	if r.stopped && named != "metadata" {
		return dst // behind the reason to finish nothing is said
	}
	switch named {
	case "contentBlockStart":
		dst = r.start(dst, v)
	case "contentBlockDelta":
		dst = r.delta(dst, v)
	case "contentBlockStop":
		dst = r.stop(dst)
	case "messageStop":
		r.stopped = true
		reason := take.Text(v, "stopReason")
		finish := finishOf(reason)
		if finish == api.FinishUnset {
			finish = api.FinishOther
		}
		dst = append(r.stop(dst), api.Event{Kind: api.EventFinish, Finish: finish, FinishRaw: reason})
		dst = r.end(dst)
	case "metadata":
		r.metadata = true
		r.usage = usageOf(v.Get("usage"))
		dst = r.end(dst)
	}
	return dst
}

// end ends the stream when its last two events have both come, in whichever order.
func (r *streamReader) end(dst []api.Event) []api.Event {
	if !r.stopped || !r.metadata {
		return dst
	}
	r.ended = true
	if r.usage.Known {
		dst = append(dst, api.Event{Kind: api.EventUsage, Usage: r.usage})
	}
	return append(dst, api.Event{Kind: api.EventEnd})
}

func (r *streamReader) fail(dst []api.Event, err *api.Error) []api.Event {
	r.ended = true
	return append(dst, api.Event{Kind: api.EventError, Err: err})
}

// start begins a block that announces itself: a call; a picture, which is whole in
// one delta, and what a tool of the provider's answered are not passed on.
func (r *streamReader) start(dst []api.Event, v jsonx.Value) []api.Event {
	dst = r.stop(dst)
	use := v.Get("start", "toolUse")
	if use == nil || take.Text(use, "type") == serverToolUse {
		return dst
	}
	return r.begin(dst, v, api.Event{PartKind: api.PartToolCall, CallID: take.Text(use, "toolUseId"), Name: take.Text(use, "name")})
}

// begin appends an EventPart, unless the block of that number goes on.
func (r *streamReader) begin(dst []api.Event, v jsonx.Value, e api.Event) []api.Event {
	index, _ := v.Get("contentBlockIndex").Int()
	if r.block.open && r.block.index == index && r.block.kind == e.PartKind {
		return dst
	}
	dst = r.stop(dst)
	r.block = block{open: true, index: index, kind: e.PartKind}
	e.Kind, e.Part = api.EventPart, r.parts
	r.parts++
	return append(dst, e)
}

func (r *streamReader) delta(dst []api.Event, v jsonx.Value) []api.Event {
	for key, m := range v.Get("delta").Members() {
		switch key {
		case "text":
			s, _ := m.Str()
			dst = r.words(r.begin(dst, v, api.Event{PartKind: api.PartText}), s)
		case "toolUse":
			if r.block.open && r.block.kind == api.PartToolCall {
				dst = r.words(dst, take.Text(m, "input"))
			}
		case "reasoningContent":
			dst = r.thought(dst, v, m)
		case "citation":
			c := decodeCitation(m)
			dst = r.begin(dst, v, api.Event{PartKind: api.PartText})
			dst = append(dst, api.Event{Kind: api.EventCitation, Part: r.parts - 1, PartKind: api.PartText, Citation: &c})
		}
	}
	return dst
}

// words appends an EventDelta of the block.
func (r *streamReader) words(dst []api.Event, words string) []api.Event {
	if words == "" {
		return dst
	}
	r.block.args = true
	return append(dst, api.Event{Kind: api.EventDelta, Part: r.parts - 1, PartKind: r.block.kind, Text: words})
}

func (r *streamReader) thought(dst []api.Event, v, m jsonx.Value) []api.Event {
	if redacted := take.Text(m, "redactedContent"); redacted != "" {
		dst = r.begin(dst, v, api.Event{PartKind: api.PartRedacted})
		return r.sign(dst, api.Part{Kind: api.PartRedacted, Signature: redacted, SignatureOf: name})
	}
	if s := take.Text(m, "text"); s != "" {
		dst = r.words(r.begin(dst, v, api.Event{PartKind: api.PartReasoning}), s)
	}
	if s := take.Text(m, "signature"); s != "" {
		p := api.Part{Kind: api.PartReasoning, Signature: s, SignatureOf: name}
		dialect.Unseal(s, &p) // where the provider is a gateway too
		dst = r.sign(r.begin(dst, v, api.Event{PartKind: api.PartReasoning}), p)
	}
	return dst
}

func (r *streamReader) sign(dst []api.Event, p api.Part) []api.Event {
	if p.Signature == "" {
		return dst
	}
	return append(dst, api.Event{
		Kind: api.EventSign, Part: r.parts - 1, PartKind: r.block.kind, Signature: p.Signature, SignatureOf: p.SignatureOf,
	})
}

// stop ends the block, if one is open: a call that showed no arguments has none.
func (r *streamReader) stop(dst []api.Event) []api.Event {
	if r.block.open && r.block.kind == api.PartToolCall && !r.block.args {
		dst = r.words(dst, "{}")
	}
	r.block.open = false
	return dst
}

// Close implements dialect.StreamReader.
func (r *streamReader) Close(dst []api.Event) []api.Event {
	switch {
	case r.ended:
		return dst
	case r.stopped:
		r.ended = true
		return append(dst, api.Event{Kind: api.EventEnd})
	}
	return r.fail(dst, api.Errorf(api.KindUnavailable, "stream_truncated", "The provider closed the stream before the answer was complete."))
}
