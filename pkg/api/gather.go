package api

import (
	"slices"
	"strings"
)

// Gatherer puts the events of a stream together: the answer that they tell. The zero
// value is ready. It keeps copies, since events are borrowed.
type Gatherer struct {
	response Response
	texts    [][][]byte // of each choice, of each part
	ended    bool
}

// mostGathered bounds how many choices, and parts of a choice, a stream may number.
const mostGathered = 1 << 12

// Add takes the next event.
func (g *Gatherer) Add(e *Event) {
	r := &g.response
	if e.Usage.Known {
		r.Usage = e.Usage
	}
	switch e.Kind {
	case EventStart:
		r.ID, r.Model, r.Created = strings.Clone(e.ID), strings.Clone(e.Model), e.Created
	case EventEnd:
		g.ended = true
	case EventUsage, EventError:
	case EventFinish:
		if c := g.choice(e.Choice); c != nil {
			c.Finish, c.FinishRaw, c.StopSequence = e.Finish, strings.Clone(e.FinishRaw), strings.Clone(e.StopSequence)
		}
	default:
		g.more(e)
	}
}

// more takes an event that tells of a part.
func (g *Gatherer) more(e *Event) {
	c := g.choice(e.Choice)
	if c == nil || e.Part < 0 || e.Part >= mostGathered {
		return
	}
	for len(c.Parts) <= e.Part {
		c.Parts = append(c.Parts, Part{Kind: e.PartKind})
		g.texts[e.Choice] = append(g.texts[e.Choice], nil)
	}
	p := &c.Parts[e.Part]
	if e.Signature != "" {
		p.Signature, p.SignatureOf = strings.Clone(e.Signature), strings.Clone(e.SignatureOf)
	}
	switch e.Kind {
	case EventPart:
		p.Kind, p.Raw, p.RawOf = e.PartKind, slices.Clone(e.Raw), strings.Clone(e.RawOf)
		switch e.PartKind {
		case PartToolCall:
			p.Call = &ToolCall{ID: strings.Clone(e.CallID), Name: strings.Clone(e.Name), Custom: e.Custom}
		case PartImage, PartAudio, PartVideo, PartFile:
			p.Media = &Media{MIME: strings.Clone(e.MIME)}
		}
	case EventDelta:
		text := &g.texts[e.Choice][e.Part]
		*text = append(*text, e.Text...)
		for i := range e.LogProbs {
			c.LogProbs = append(c.LogProbs, e.LogProbs[i].Clone())
		}
	case EventCitation:
		if e.Citation != nil {
			p.Citations = append(p.Citations, e.Citation.Clone())
		}
	}
}

// choice returns a choice by its index, a new one if need be; nil for an index that
// no stream has.
func (g *Gatherer) choice(index int) *Choice {
	if index < 0 || index >= mostGathered {
		return nil
	}
	for len(g.response.Choices) <= index {
		g.response.Choices = append(g.response.Choices, Choice{Index: len(g.response.Choices)})
		g.texts = append(g.texts, nil)
	}
	return &g.response.Choices[index]
}

// Ended says whether the stream's end has been added.
func (g *Gatherer) Ended() bool { return g.ended }

// Response returns the answer as far as it has been told. The gatherer must not be
// used any more.
func (g *Gatherer) Response() *Response {
	for i := range g.response.Choices {
		for j := range g.response.Choices[i].Parts {
			p, text := &g.response.Choices[i].Parts[j], g.texts[i][j]
			switch {
			case p.Call != nil:
				p.Call.Args = text
			case p.Media != nil:
				p.Media.Data = string(text)
			default:
				p.Text = string(text)
			}
		}
	}
	return &g.response
}

// Clone returns a copy that borrows nothing.
func (l LogProb) Clone() LogProb {
	l.Token, l.Bytes = strings.Clone(l.Token), slices.Clone(l.Bytes)
	top := l.Top
	l.Top = nil
	for i := range top {
		l.Top = append(l.Top, top[i].Clone())
	}
	return l
}

// Clone returns a copy that borrows nothing.
func (c Citation) Clone() Citation {
	c.URL, c.Title, c.Text, c.RawOf = strings.Clone(c.URL), strings.Clone(c.Title), strings.Clone(c.Text), strings.Clone(c.RawOf)
	c.Raw = slices.Clone(c.Raw)
	return c
}
