package genai

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// Reader implements dialect.Codec. Each wire event is a whole response that holds
// only what is new, but for usage, which is cumulative. Its number is given on
// when the last candidate has finished, and once more at the end if it has changed.
func (codec) Reader(api.Op) dialect.StreamReader { return &streamReader{} }

type streamReader struct {
	started bool
	failed  bool
	blocked bool
	ids     callIDs
	choices []choiceReader
	usage   api.Usage
	told    api.Usage // the last EventUsage
}

// choiceReader is one candidate so far.
type choiceReader struct {
	index    int
	parts    int  // begun
	open     bool // the last part goes on if the next is of its kind
	kind     api.PartKind
	called   bool
	finished bool
}

// Read implements dialect.StreamReader.
func (s *streamReader) Read(dst []api.Event, ev *sse.Event) []api.Event {
	if s.failed || ev.Comment || len(ev.Data) == 0 {
		return dst
	}
	v := jsonx.Value(ev.Data)
	if jsonx.Valid(ev.Data) != nil || v.Kind() != jsonx.Object || v.Get("error") != nil {
		s.failed = true
		return append(dst, api.Event{Kind: api.EventError, Err: notAnswer(ev.Data)})
	}
	if u := usageOf(v.Get("usageMetadata")); u.Known {
		s.usage = u
	}
	if !s.started {
		dst = append(dst, s.start(v))
	}
	n := 0
	for c := range v.Get("candidates").Elements() {
		dst = s.candidate(dst, c, n)
		n++
	}
	if reason := blockReason(v); reason != "" && len(s.choices) == 0 && !s.blocked {
		s.blocked = true
		dst = append(dst, api.Event{Kind: api.EventFinish, Finish: api.FinishFilter, FinishRaw: reason})
	}
	if s.ended() {
		dst = s.tellUsage(dst)
	}
	return dst
}

// start makes the first event. Of the usage only the input is sure by now.
func (s *streamReader) start(v jsonx.Value) api.Event {
	s.started = true
	e := api.Event{
		Kind:  api.EventStart,
		ID:    text(v, "responseId", "response_id"),
		Model: text(v, "modelVersion", "model_version"),
	}
	e.Usage = s.usage
	e.Usage.Output, e.Usage.Reasoning, e.Usage.AudioOut = 0, 0, 0
	s.ids.base = strings.Clone(e.ID)
	return e
}

func (s *streamReader) candidate(dst []api.Event, v jsonx.Value, n int) []api.Event {
	if i, ok := v.Get("index").Int(); ok && i >= 0 && i < maxChoices {
		n = int(i)
	}
	c := s.choice(n)
	logProbs := decodeLogProbs(v.Get("logprobsResult"))
	first := len(dst)
	for p := range parts(v.Get("content")) {
		dst = c.part(dst, p, &s.ids)
	}
	if len(logProbs) > 0 {
		dst = withLogProbs(dst, first, logProbs)
	}
	dst = c.citations(dst, v)
	reason := text(v, "finishReason", "finish_reason")
	if finish, raw := finishOf(reason, c.called); finish != api.FinishUnset && !c.finished {
		c.finished = true
		dst = append(dst, api.Event{Kind: api.EventFinish, Choice: c.index, Finish: finish, FinishRaw: raw})
	}
	return dst
}

func (s *streamReader) choice(index int) *choiceReader {
	for i := range s.choices {
		if s.choices[i].index == index {
			return &s.choices[i]
		}
	}
	s.choices = append(s.choices, choiceReader{index: index})
	return &s.choices[len(s.choices)-1]
}

// part reads one part of a chunk: more of the open part, or a new one.
func (c *choiceReader) part(dst []api.Event, v jsonx.Value, ids *callIDs) []api.Event {
	if f := splitPart(v); f.call != nil && text(f.call, "name", "name") == "" {
		return dst // the closing piece of a call that came in pieces, which nobody asks for
	}
	p := decodeAnswerPart(v, ids)
	switch p.Kind {
	case api.PartText, api.PartReasoning, api.PartRedacted:
		if p.Text != "" || p.Signature != "" {
			dst = c.begin(dst, api.Event{PartKind: p.Kind})
			dst = c.delta(dst, p.Text)
		}
	case api.PartToolCall:
		c.called, c.open = true, false
		dst = c.begin(dst, api.Event{
			PartKind: p.Kind, CallID: p.Call.ID, Name: p.Call.Name,
			Signature: p.Signature, SignatureOf: p.SignatureOf,
		})
		return c.delta(dst, jsonx.Borrow(p.Call.Args))
	case api.PartImage, api.PartAudio:
		if p.Media.Data == "" {
			return c.opaque(dst, v)
		}
		dst = c.begin(dst, api.Event{PartKind: p.Kind, MIME: p.Media.MIME})
		dst = c.delta(dst, p.Media.Data)
	default:
		return c.opaque(dst, v)
	}
	if p.Signature != "" {
		dst = append(dst, api.Event{
			Kind: api.EventSign, Choice: c.index, Part: c.parts - 1,
			PartKind: p.Kind, Signature: p.Signature, SignatureOf: p.SignatureOf,
		})
		c.open = false // a signature is of all that stands before it
	}
	return dst
}

// begin appends an EventPart, unless text or audio goes on.
func (c *choiceReader) begin(dst []api.Event, e api.Event) []api.Event {
	if c.open && c.kind == e.PartKind && e.PartKind != api.PartImage {
		return dst
	}
	e.Kind, e.Choice, e.Part = api.EventPart, c.index, c.parts
	c.parts++
	c.kind = e.PartKind
	c.open = e.PartKind != api.PartToolCall
	return append(dst, e)
}

func (c *choiceReader) delta(dst []api.Event, text string) []api.Event {
	if text == "" {
		return dst
	}
	return append(dst, api.Event{Kind: api.EventDelta, Choice: c.index, Part: c.parts - 1, PartKind: c.kind, Text: text})
}

func (c *choiceReader) opaque(dst []api.Event, v jsonx.Value) []api.Event {
	c.open = false
	return c.begin(dst, api.Event{PartKind: api.PartOpaque, Raw: api.JSON(v), RawOf: name})
}

// withLogProbs puts the log-probabilities of a chunk on its first delta of text.
func withLogProbs(dst []api.Event, first int, all []api.LogProb) []api.Event {
	for i := first; i < len(dst); i++ {
		if dst[i].Kind == api.EventDelta && dst[i].PartKind == api.PartText {
			dst[i].LogProbs = all
			return dst
		}
	}
	return dst
}

// citations appends the sources that a chunk names for the text so far. Their
// bounds would be those of the whole text, which nobody has here.
func (c *choiceReader) citations(dst []api.Event, v jsonx.Value) []api.Event {
	if c.parts == 0 || (v.Get("groundingMetadata") == nil && v.Get("citationMetadata") == nil) {
		return dst
	}
	said := []api.Part{{Kind: api.PartText}}
	addCitations(v, said)
	for i := range said[0].Citations {
		dst = append(dst, api.Event{
			Kind: api.EventCitation, Choice: c.index, Part: c.parts - 1,
			Citation: &said[0].Citations[i],
		})
	}
	return dst
}

// ended says whether nothing but usage can follow.
func (s *streamReader) ended() bool {
	for i := range s.choices {
		if !s.choices[i].finished {
			return false
		}
	}
	return s.blocked || len(s.choices) > 0
}

func (s *streamReader) tellUsage(dst []api.Event) []api.Event {
	if !s.usage.Known || s.usage == s.told {
		return dst
	}
	s.told = s.usage
	return append(dst, api.Event{Kind: api.EventUsage, Usage: s.usage})
}

// Close implements dialect.StreamReader.
func (s *streamReader) Close(dst []api.Event) []api.Event {
	if s.failed {
		return dst
	}
	s.failed = true // whatever comes after Close says nothing
	dst = s.tellUsage(dst)
	if s.ended() {
		return append(dst, api.Event{Kind: api.EventEnd})
	}
	err := api.Errorf(api.KindUnavailable, "stream_truncated", "The provider broke the stream off before its end.")
	err.Sent = api.SentYes
	return append(dst, api.Event{Kind: api.EventError, Err: err})
}
