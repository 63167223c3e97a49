package gateway

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// shown is how far the caller has been told a stream that is made of several turns'.
type shown struct {
	windows [2]window // one is the caller's while the other is filled
	at      int
	begun   bool
	holds   bool      // nothing is shown but the last turn
	parts   int       // that the caller knows of
	places  []placing // of this turn's parts
	spoken  int       // of this turn's parts, those that are no tool's calls
	text    bool      // an earlier turn had text
	said    bool      // this turn has
}

// placing is where a part of a turn stands in what the caller is told.
type placing struct {
	kind   api.PartKind
	number int // -1: it is not shown
}

// listen takes a turn's stream. What the model says goes on to the caller as it comes,
// but for its wishes to call tools: only at the turn's end is it known whose they are.
func (a *agent) listen(c *Call) (*api.Response, *api.Error) {
	var gather api.Gatherer
	show, s := &a.show, &c.stream
	show.next()
	for {
		for i := range s.events {
			e := &s.events[i]
			if e.Kind == api.EventError {
				return nil, a.inTime(e.Err)
			}
			gather.Add(e)
			show.add(e)
		}
		s.events, s.ready = s.events[:0], false
		if s.done {
			break
		}
		if !s.fed && !a.flush() { // nothing more is at hand
			return nil, c.overBy(api.SentMaybe)
		}
		if c.exchange.worker != "" {
			if c.advanceRemote() != nil {
				return nil, c.overBy(api.SentMaybe)
			}
		} else if _, err := c.advance(time.Now().Add(c.snapshot.heartbeat)); err != nil {
			c.silent(time.Now(), time.Time{})
		}
	}
	if !c.here {
		c.account()
		c.cost = c.costOf(&c.Usage)
	}
	a.count(&c.Usage, c.cost)
	a.flush()
	return gather.Response(), nil
}

// next begins a turn.
func (s *shown) next() {
	s.places, s.spoken = s.places[:0], 0
	s.text, s.said = s.text || s.said, false
}

// add takes an event of a turn.
func (s *shown) add(e *api.Event) {
	switch e.Kind {
	case api.EventStart:
		if s.begun {
			return
		}
		s.begun = true
		s.put(*e)
	case api.EventFinish, api.EventUsage, api.EventEnd: // there is but one of each, at the end
	default:
		if e.Choice == 0 && e.Part >= 0 {
			s.addOfPart(*e)
		}
	}
}

func (s *shown) addOfPart(e api.Event) {
	if e.Kind == api.EventPart {
		at := placing{kind: e.PartKind, number: -1}
		if e.PartKind != api.PartToolCall && !s.holds {
			at.number = s.parts
			s.parts++
			s.spoken++
		}
		for len(s.places) <= min(e.Part, mostParts) {
			s.places = append(s.places, placing{number: -1})
		}
		s.places[min(e.Part, mostParts)] = at
	}
	if e.Part >= len(s.places) || s.places[e.Part].number < 0 {
		return
	}
	at := s.places[e.Part]
	e.Part = at.number
	if e.Kind == api.EventDelta && at.kind == api.PartText && e.Text != "" && !s.said {
		if s.said = true; s.text { // some dialects have but one text
			s.put(api.Event{Kind: api.EventDelta, Part: e.Part, PartKind: at.kind, Text: paragraph})
		}
	}
	s.put(e)
}

// mostParts bounds the parts of a turn.
const mostParts = 1 << 12

// paragraph stands between the texts of two turns.
const paragraph = "\n\n"

func (s *shown) put(e api.Event) {
	w := &s.windows[s.at]
	from := len(w.events)
	w.events = append(w.events, e)
	w.take(from)
}

// flush hands over what there is for the caller. It reports whether the caller still waits.
func (a *agent) flush() bool {
	s := &a.show
	w := &s.windows[s.at]
	if len(w.events) == 0 {
		return a.life.Err() == nil
	}
	waits := a.say(news{events: w.events, by: a.by})
	s.at = 1 - s.at // whoever takes this window has done with the other one
	s.windows[s.at].reset()
	return waits
}

// tellEnd tells a stream's end: what of the last turn has not been told, and the usage of
// all.
func (a *agent) tellEnd(r *api.Response) {
	s := &a.show
	rest := *r
	rest.Choices = nil
	if len(r.Choices) > 0 {
		c := r.Choices[0]
		c.Parts = nil
		known := s.spoken
		for _, p := range r.Choices[0].Parts {
			if p.Call == nil && known > 0 {
				known--
				continue
			}
			c.Parts = append(c.Parts, p)
		}
		rest.Choices = []api.Choice{c}
	}
	events := rest.AppendEvents(nil)
	if s.begun {
		events = events[1:]
	}
	for i := range events {
		switch events[i].Kind {
		case api.EventPart, api.EventDelta, api.EventSign, api.EventCitation:
			events[i].Part += s.parts
		}
		s.put(events[i])
	}
	a.flush()
}

// agentFeed is the stream of an agent.
type agentFeed struct {
	agent *agent
	first []api.Event
}

// next implements feed.
func (f *agentFeed) next(until time.Time) (piece, error) {
	if p := (piece{events: f.first}); len(f.first) > 0 {
		f.first = nil
		return p, nil
	}
	s, err := waitFor(f.agent.call, f.agent.says, until)
	switch {
	case err != nil:
		return piece{}, err
	case s.err != nil:
		return piece{}, s.err
	}
	return piece{events: s.events}, nil
}

// close implements feed.
func (f *agentFeed) close() {
	f.agent.end()
	f.agent.call.Usage = api.Usage{} // the turns have counted it
}
