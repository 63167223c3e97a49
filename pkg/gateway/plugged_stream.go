package gateway

// Hot path where plugins want the events of streams.

import (
	"bytes"
	"slices"
	"unsafe"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// A window ends at so many events, or bytes of text, although more may be there.
const (
	windowEvents = 256
	windowBytes  = 64 << 10
)

// window collects the events that are there, so that plugins are called for all of them
// at once. Events borrow from the wire, so what they say is copied.
type window struct {
	events []api.Event
	text   []byte
}

func (w *window) reset() {
	clear(w.events)
	w.events, w.text = w.events[:0], kept(w.text)
}

func (w *window) full() bool { return len(w.events) >= windowEvents || len(w.text) >= windowBytes }

// take takes what has been put behind w.events[from:].
func (w *window) take(from int) {
	for i := from; i < len(w.events); i++ {
		e := &w.events[i]
		for _, s := range [...]*string{
			&e.Text, &e.MIME, &e.CallID, &e.Name, &e.Signature, &e.SignatureOf, &e.RawOf, &e.ID, &e.Model, &e.FinishRaw, &e.StopSequence,
		} {
			*s = w.keep(*s)
		}
		if len(e.Raw) > 0 {
			e.Raw = bytes.Clone(e.Raw)
		}
		if e.Citation != nil {
			c := e.Citation.Clone()
			e.Citation = &c
		}
		if len(e.LogProbs) > 0 {
			e.LogProbs = slices.Clone(e.LogProbs)
			for j := range e.LogProbs {
				e.LogProbs[j] = e.LogProbs[j].Clone()
			}
		}
	}
}

// keep copies s behind the text of the window. Should that be moved, what was kept before
// stays where it is.
func (w *window) keep(s string) string {
	if s == "" {
		return ""
	}
	at := len(w.text)
	w.text = append(w.text, s...)
	return unsafe.String(&w.text[at], len(s))
}

// windowed says whether plugins want the events of the call's stream, or its answer put
// together.
func (c *Call) windowed() bool {
	return c.translatedForPlugins() && (c.plugged.run.Streams() || c.plugged.run.Gathers())
}

// drainPlugged is drainTranslated for a stream whose events plugins want.
func (c *Call) drainPlugged() []byte {
	s, w := &c.stream, &c.plugged.window
	w.reset()
	var ev sse.Event
	for s.fed && !w.full() {
		ok, err := s.splitter.Next(&ev)
		if err != nil && len(w.events) == 0 {
			return c.breakOff(tooLarge())
		}
		if err != nil { // it stays, and is told next time
			break
		}
		if !ok {
			s.fed = false
			break
		}
		from := len(w.events)
		w.events = s.reader.Read(w.events, &ev)
		w.take(from)
	}
	return c.tellWindow()
}

// tellWindow takes the window to the plugins, and what they leave of it to the caller.
func (c *Call) tellWindow() []byte {
	s, p := &c.stream, c.plugged
	s.out = s.out[:0]
	if len(p.window.events) == 0 {
		return nil
	}
	c.weigh(p.window.events)
	used, produced := c.Usage, s.produced
	events, err := p.run.Events(p.window.events)
	if err != nil {
		p.told = err
		return c.breakOff(err)
	}
	s.events = append(s.events[:0], events...)
	if p.run.Gathers() {
		if p.gather == nil {
			p.gather = new(api.Gatherer)
		}
		for i := range s.events {
			p.gather.Add(&s.events[i])
		}
	}
	c.tell(s.events)
	c.Usage, s.produced = used, produced // not as plugins tell it
	s.ready = c.In == nil && len(s.events) > 0
	return s.take()
}

// weigh notes what the provider has said and used, whatever plugins make of it.
func (c *Call) weigh(events []api.Event) {
	for i := range events {
		e := &events[i]
		if e.Usage.Known {
			c.Usage = e.Usage
		}
		c.stream.produced += int64(len(e.Text))
		switch e.Kind {
		case api.EventDelta, api.EventPart, api.EventFinish:
			c.stream.begun = true
		case api.EventEnd:
			c.stream.ended = true
		}
	}
}
