package openai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Reader implements dialect.Codec. A stream ends with [DONE]. Some providers
// leave that out, so one that is closed after every choice that began has had
// its finish reason has ended too.
func (codec) Reader(op api.Op) dialect.StreamReader {
	return &reader{completion: op == api.OpCompletion}
}

// reader decodes one stream. It keeps copies of what it must remember.
type reader struct {
	completion           bool
	started, ended, dead bool
	choices              []*choiceReader
}

// choiceReader is what a reader remembers of a choice.
type choiceReader struct {
	index    int
	parts    int          // how many have begun
	open     int          // number of the part that text goes on in; -1 when none
	kind     api.PartKind // of that part
	thought  int          // number of the reasoning that a signature is for; -1 when none
	detailed bool         // that reasoning came as details, not as plain text
	calls    []callReader
	finished bool
}

// callReader is a tool call that has begun.
type callReader struct {
	index int64
	id    string
	given bool // id is the provider's
	part  int
}

// Read implements dialect.StreamReader.
func (r *reader) Read(dst []api.Event, ev *sse.Event) []api.Event {
	data := trim(ev.Data)
	if r.ended || r.dead || len(data) == 0 {
		return dst
	}
	if isDone(data) {
		return r.end(dst)
	}
	c, err := scanChunk(ev, data)
	if err != nil {
		return r.fail(dst, err)
	}
	usage := c.counts()
	// Azure begins with a chunk about the prompt that has neither id nor choices.
	if !r.started && (c.id != "" || c.choices.Len() > 0 || usage.Known) {
		r.started = true
		dst = append(dst, api.Event{Kind: api.EventStart, ID: c.id, Model: c.model, Created: c.created})
	}
	for e := range c.choices.Elements() {
		if i, ok := choiceIndex(e); ok {
			dst = r.choice(i).read(dst, e, r.completion)
		}
	}
	if usage.Known {
		dst = append(dst, api.Event{Kind: api.EventUsage, Usage: usage})
	}
	return dst
}

// Close implements dialect.StreamReader.
func (r *reader) Close(dst []api.Event) []api.Event {
	if r.ended || r.dead {
		return dst
	}
	for _, c := range r.choices {
		if !c.finished {
			return r.fail(dst, truncated())
		}
	}
	if len(r.choices) == 0 {
		return r.fail(dst, truncated())
	}
	return r.end(dst)
}

func truncated() *api.Error {
	return api.Errorf(api.KindUnavailable, "stream_truncated", "The provider's stream broke off before its end.")
}

func (r *reader) fail(dst []api.Event, err *api.Error) []api.Event {
	r.dead = true
	return append(dst, api.Event{Kind: api.EventError, Err: err})
}

// end is called at the terminal event. A choice whose reason the provider forgot has one now.
func (r *reader) end(dst []api.Event) []api.Event {
	if !r.started {
		return r.fail(dst, badAnswer("an empty stream"))
	}
	r.ended = true
	for _, c := range r.choices {
		if !c.finished {
			dst = c.finish(dst, api.FinishStop, "", "")
		}
	}
	return append(dst, api.Event{Kind: api.EventEnd})
}

func (r *reader) choice(index int) *choiceReader {
	for _, c := range r.choices {
		if c.index == index {
			return c
		}
	}
	c := &choiceReader{index: index, open: -1, thought: -1}
	r.choices = append(r.choices, c)
	return c
}

// read appends what a chunk says of the choice. What comes behind the finish
// reason is repetition.
func (c *choiceReader) read(dst []api.Event, v jsonx.Value, completion bool) []api.Event {
	if c.finished {
		return dst
	}
	if completion {
		if s := take.Text(v, "text"); s != "" {
			dst = c.delta(dst, api.PartText, s, completionLogProbs(v.Get("logprobs")))
		}
	} else {
		m := readMessage(v.Get("delta"))
		dst = c.message(dst, &m, v.Get("logprobs"))
	}
	if word := take.Text(v, "finish_reason"); word != "" {
		f, raw := finishOf(word)
		dst = c.finish(dst, f, raw, take.Text(v, "stop_reason"))
	}
	return dst
}

func (c *choiceReader) finish(dst []api.Event, f api.Finish, raw, stop string) []api.Event {
	if len(c.calls) > 0 {
		f = withCalls(f)
	}
	c.finished = true
	return append(dst, api.Event{Kind: api.EventFinish, Choice: c.index, Finish: f, FinishRaw: raw, StopSequence: stop})
}

// message appends what a delta says.
func (c *choiceReader) message(dst []api.Event, m *wireMessage, probs jsonx.Value) []api.Event {
	dst = c.reasoning(dst, m)
	if s, ok := m.content.Str(); ok {
		if s != "" {
			dst = c.delta(dst, api.PartText, s, logProbs(probs.Get("content")))
		}
	} else { // Mistral's list of thinking and text
		for e := range m.content.Elements() {
			if p := decodePart(e); p.Text != "" && p.Media == nil {
				dst = c.delta(dst, p.Kind, p.Text, nil)
			}
		}
	}
	if s, _ := m.refusal.Str(); s != "" {
		dst = c.delta(dst, api.PartRefusal, s, logProbs(probs.Get("refusal")))
	}
	for e := range m.annotations.Elements() {
		if cite, ok := decodeCitation(e); ok {
			dst = c.begin(dst, api.PartText)
			dst = append(dst, api.Event{Kind: api.EventCitation, Choice: c.index, Part: c.open, PartKind: api.PartText, Citation: &cite})
		}
	}
	if s := take.Text(m.audio, "data"); s != "" {
		dst = c.delta(dst, api.PartAudio, s, nil)
	}
	for e := range m.toolCalls.Elements() {
		dst = c.call(dst, e)
	}
	if s := take.Text(m.signature, "google", "thought_signature"); s != "" {
		dst = c.begin(dst, api.PartText)
		dst = append(dst, c.sign(c.open, api.PartText, s, google))
	}
	return dst
}

// delta appends text, in a part of its own kind.
func (c *choiceReader) delta(dst []api.Event, kind api.PartKind, s string, probs []api.LogProb) []api.Event {
	dst = c.begin(dst, kind)
	return append(dst, api.Event{Kind: api.EventDelta, Choice: c.index, Part: c.open, PartKind: kind, Text: s, LogProbs: probs})
}

// begin makes a part of the kind the open one.
func (c *choiceReader) begin(dst []api.Event, kind api.PartKind) []api.Event {
	if c.open >= 0 && c.kind == kind {
		return dst
	}
	c.open, c.kind = c.parts, kind
	c.parts++
	return append(dst, api.Event{Kind: api.EventPart, Choice: c.index, Part: c.open, PartKind: kind})
}

func (c *choiceReader) sign(part int, kind api.PartKind, signature, of string) api.Event {
	return api.Event{Kind: api.EventSign, Choice: c.index, Part: part, PartKind: kind, Signature: signature, SignatureOf: of}
}

// reasoning appends a delta's reasoning. Where the details have text they say
// what the plain text says; after plain text they repeat it to have it signed.
func (c *choiceReader) reasoning(dst []api.Event, m *wireMessage) []api.Event {
	told := false
	for e := range m.details.Elements() {
		p := decodeDetail(e)
		switch {
		case p.Kind == api.PartRedacted:
			dst = c.redacted(dst, &p)
			continue
		case p.Kind != api.PartReasoning:
			continue
		}
		plain := c.thought >= 0 && !c.detailed
		if p.Text != "" && !plain {
			dst = c.delta(dst, api.PartReasoning, p.Text, nil)
			c.thought, c.detailed, told = c.open, true, true
		}
		if p.Signature != "" {
			dst = c.signThought(dst, &p)
		}
	}
	if s, _ := m.reasoning.Str(); s != "" && !told {
		dst = c.delta(dst, api.PartReasoning, s, nil)
		c.thought, c.detailed = c.open, false
	}
	return dst
}

func (c *choiceReader) redacted(dst []api.Event, p *api.Part) []api.Event {
	c.open = -1
	dst = c.begin(dst, api.PartRedacted)
	dst = append(dst, c.sign(c.open, api.PartRedacted, p.Signature, p.SignatureOf))
	c.open = -1
	return dst
}

// signThought signs the reasoning that was told. What comes next is another block.
func (c *choiceReader) signThought(dst []api.Event, p *api.Part) []api.Event {
	if c.thought < 0 {
		dst = c.begin(dst, api.PartReasoning)
		c.thought = c.open
	}
	dst = append(dst, c.sign(c.thought, api.PartReasoning, p.Signature, p.SignatureOf))
	if c.open == c.thought {
		c.open = -1
	}
	c.thought = -1
	return dst
}

// call appends a fragment of a tool call.
func (c *choiceReader) call(dst []api.Event, v jsonx.Value) []api.Event {
	call := c.callOf(v)
	custom := v.Get("custom")
	if call == nil {
		c.open = -1
		c.calls = append(c.calls, callReader{index: take.Integer(v, "index"), id: strings.Clone(take.Text(v, "id")), part: c.parts})
		c.parts++
		call = &c.calls[len(c.calls)-1]
		if call.given = call.id != ""; !call.given {
			call.id = fallbackID(len(c.calls) - 1)
		}
		begun := api.Event{Kind: api.EventPart, Choice: c.index, Part: call.part, PartKind: api.PartToolCall, CallID: call.id}
		begun.Name = take.Text(v, "function", "name")
		if custom != nil {
			begun.Name, begun.Custom = take.Text(custom, "name"), true
		}
		dst = append(dst, begun)
	}
	args := take.Text(v, "function", "arguments")
	if whole := v.Get("function", "arguments"); whole.Kind() == jsonx.Object {
		args = jsonx.Borrow(whole)
	}
	if custom != nil {
		args = take.Text(custom, "input")
	}
	if args != "" {
		dst = append(dst, api.Event{Kind: api.EventDelta, Choice: c.index, Part: call.part, PartKind: api.PartToolCall, Text: args, Custom: custom != nil})
	}
	if s := take.Text(v, "extra_content", "google", "thought_signature"); s != "" {
		dst = append(dst, c.sign(call.part, api.PartToolCall, s, google))
	}
	return dst
}

// callOf returns the call that a fragment goes on with, nil if it begins one. A
// fragment names its call by index; but some providers give parallel calls all
// the same index and an id of their own, and some give no index.
func (c *choiceReader) callOf(v jsonx.Value) *callReader {
	id := take.Text(v, "id")
	index, indexed := v.Get("index").Int()
	for i := len(c.calls) - 1; i >= 0; i-- {
		call := &c.calls[i]
		switch {
		case indexed && call.index != index:
			continue
		case id == "":
			return call
		case !call.given:
			call.id, call.given = strings.Clone(id), true
			return call
		case call.id == id:
			return call
		}
	}
	return nil
}
