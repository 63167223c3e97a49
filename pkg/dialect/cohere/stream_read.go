package cohere

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Reader implements dialect.Codec.
func (codec) Reader(api.Op) dialect.StreamReader { return &reader{} }

// reader decodes a stream: blocks of content and calls, each numbered on its own,
// and the plan, which is one.
type reader struct {
	started bool
	ended   bool
	called  bool
	parts   []readPart
}

// readPart is a part that has begun; its place in the list is its number.
type readPart struct {
	of    place
	index int64
	kind  api.PartKind
	said  bool // it has had a delta
}

// place is where a part stands in a message.
type place uint8

const (
	inContent place = iota
	inPlan
	inCalls
)

// Read implements dialect.StreamReader.
func (r *reader) Read(dst []api.Event, ev *sse.Event) []api.Event {
	if r.ended || ev.Comment || len(ev.Data) == 0 || string(ev.Data) == done {
		return dst
	}
	data := jsonx.Value(ev.Data)
	if jsonx.Valid(data) != nil {
		return r.fail(dst, badAnswer("a stream event that is not JSON"))
	}
	delta := data.Get("delta")
	message := delta.Get("message")
	index, _ := data.Get("index").Int()
	word := eventName(ev)
	if !r.started {
		dst = r.start(dst, data)
	}
	switch word {
	case "content-start":
		return r.begin(dst, index, message.Get("content"))
	case "content-delta":
		return r.content(dst, index, message.Get("content"), data.Get("logprobs"))
	case "tool-plan-delta":
		return r.plan(dst, take.Text(message, "tool_plan"))
	case "tool-call-start":
		return r.call(dst, index, message.Get("tool_calls"))
	case "tool-call-delta":
		return r.arguments(dst, index, message.Get("tool_calls"))
	case "tool-call-end":
		return r.fillCall(dst, r.find(inCalls, index))
	case "citation-start":
		return r.cite(dst, message.Get("citations"))
	case "message-end":
		return r.finish(dst, delta)
	case "message-start", "content-end", "citation-end", "debug":
		return dst
	}
	if data.Get("message").Kind() == jsonx.String {
		return r.fail(dst, errorInAnswer(ev.Data))
	}
	return dst
}

func (r *reader) fail(dst []api.Event, err *api.Error) []api.Event {
	r.ended = true
	return append(dst, api.Event{Kind: api.EventError, Err: err})
}

func (r *reader) start(dst []api.Event, v jsonx.Value) []api.Event {
	r.started = true
	return append(dst, api.Event{Kind: api.EventStart, ID: take.Text(v, "id")})
}

// find returns the number of a part that has begun, -1 for none.
func (r *reader) find(of place, index int64) int {
	for i := len(r.parts) - 1; i >= 0; i-- {
		if r.parts[i].of == of && r.parts[i].index == index {
			return i
		}
	}
	return -1
}

// open begins a part, and returns its event for what else is known of it.
func (r *reader) open(of place, index int64, kind api.PartKind) api.Event {
	r.parts = append(r.parts, readPart{of: of, index: index, kind: kind})
	return api.Event{Kind: api.EventPart, Part: len(r.parts) - 1, PartKind: kind}
}

// begin begins a block of content.
func (r *reader) begin(dst []api.Event, index int64, v jsonx.Value) []api.Event {
	p := decodeBlock(v)
	switch p.Kind {
	case api.PartText, api.PartReasoning, api.PartRedacted:
	default:
		return dst // of a type that is not known
	}
	dst = append(dst, r.open(inContent, index, p.Kind))
	dst = r.words(dst, len(r.parts)-1, p.Text, nil)
	return r.sign(dst, len(r.parts)-1, &p)
}

// content goes on with a block; the API has been seen not to begin one.
func (r *reader) content(dst []api.Event, index int64, v, probs jsonx.Value) []api.Event {
	at := r.find(inContent, index)
	p := api.Part{Text: take.Text(v, "text")}
	if thought, ok := v.Get("thinking").Str(); ok && p.Text == "" {
		p.Kind, p.Text = api.PartReasoning, thought
	}
	if at < 0 {
		dst = append(dst, r.open(inContent, index, p.Kind))
		at = len(r.parts) - 1
	}
	var list []api.LogProb
	if take.Present(probs) {
		list = []api.LogProb{logProb(probs)}
	}
	readSignature(&p, v)
	return r.sign(r.words(dst, at, p.Text, list), at, &p)
}

func (r *reader) plan(dst []api.Event, words string) []api.Event {
	at := r.find(inPlan, 0)
	if at < 0 && words != "" {
		dst = append(dst, r.open(inPlan, 0, api.PartText))
		at = len(r.parts) - 1
	}
	return r.words(dst, at, words, nil)
}

// words appends an EventDelta of a part.
func (r *reader) words(dst []api.Event, at int, words string, probs []api.LogProb) []api.Event {
	if words == "" || at < 0 {
		return dst
	}
	p := &r.parts[at]
	p.said = true
	return append(dst, api.Event{Kind: api.EventDelta, Part: at, PartKind: p.kind, Text: words, LogProbs: probs})
}

func (r *reader) sign(dst []api.Event, at int, p *api.Part) []api.Event {
	if p.Signature == "" {
		return dst
	}
	return append(dst, api.Event{
		Kind: api.EventSign, Part: at, PartKind: r.parts[at].kind, Signature: p.Signature, SignatureOf: p.SignatureOf,
	})
}

func (r *reader) call(dst []api.Event, index int64, v jsonx.Value) []api.Event {
	r.called = true
	e := r.open(inCalls, index, api.PartToolCall)
	at := e.Part
	e.CallID, e.Name = take.Text(v, "id"), take.Text(v, "function", "name")
	if e.CallID == "" {
		e.CallID = fallbackID(at)
	}
	p := api.Part{Kind: api.PartToolCall}
	readSignature(&p, v)
	return r.sign(r.argue(append(dst, e), at, take.Text(v, "function", "arguments")), at, &p)
}

func (r *reader) arguments(dst []api.Event, index int64, v jsonx.Value) []api.Event {
	at := r.find(inCalls, index)
	if at < 0 {
		return dst
	}
	p := api.Part{Kind: api.PartToolCall}
	readSignature(&p, v)
	return r.sign(r.argue(dst, at, take.Text(v, "function", "arguments")), at, &p)
}

// argue appends a fragment of a call's arguments. A tool without any is called with null.
func (r *reader) argue(dst []api.Event, at int, fragment string) []api.Event {
	if fragment == "null" && !r.parts[at].said {
		return dst
	}
	return r.words(dst, at, fragment, nil)
}

// fillCall gives a call that had no arguments the empty object: clients parse what they got.
func (r *reader) fillCall(dst []api.Event, at int) []api.Event {
	if at < 0 || r.parts[at].said {
		return dst
	}
	return r.words(dst, at, "{}", nil)
}

// cite appends a citation of the block that it names, of the plan, or of the last text.
func (r *reader) cite(dst []api.Event, v jsonx.Value) []api.Event {
	c := decodeCitation(v)
	at := -1
	if index, ok := v.Get("content_index").Int(); ok {
		at = r.find(inContent, index)
	}
	if take.Text(v, "type") == ofPlan {
		at = r.find(inPlan, 0)
	}
	for i := len(r.parts) - 1; i >= 0 && at < 0; i-- {
		if r.parts[i].kind == api.PartText {
			at = i
		}
	}
	if at < 0 {
		return dst
	}
	return append(dst, api.Event{Kind: api.EventCitation, Part: at, PartKind: r.parts[at].kind, Citation: &c})
}

// finish reads the last event, which has the reason to stop and the usage.
func (r *reader) finish(dst []api.Event, delta jsonx.Value) []api.Event {
	reason := take.Text(delta, "finish_reason")
	if err := failure(reason, take.Text(delta, "error")); err != nil {
		return r.fail(dst, err)
	}
	for i := range r.parts {
		if r.parts[i].of == inCalls {
			dst = r.fillCall(dst, i)
		}
	}
	e := api.Event{Kind: api.EventFinish, Finish: finishOf(reason)}
	switch {
	case e.Finish == api.FinishOther:
		e.FinishRaw = reason
	case e.Finish == api.FinishUnset, e.Finish == api.FinishStop && r.called:
		e.Finish = api.FinishStop
		if r.called {
			e.Finish = api.FinishToolCalls
		}
	}
	dst = append(dst, e)
	if u := usageOf(delta.Get("usage")); u.Known {
		dst = append(dst, api.Event{Kind: api.EventUsage, Usage: u})
	}
	r.ended = true
	return append(dst, api.Event{Kind: api.EventEnd})
}

// Close implements dialect.StreamReader.
func (r *reader) Close(dst []api.Event) []api.Event {
	if r.ended {
		return dst
	}
	return r.fail(dst, api.Errorf(api.KindUnavailable, "stream_truncated", "The provider's stream broke off before its end."))
}
