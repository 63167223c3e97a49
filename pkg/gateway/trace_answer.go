package gateway

// Hot path where calls are traced.

import (
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

const (
	// maxFinishes bounds the choices whose ends are traced.
	maxFinishes = 8
	// maxSaid bounds what of an answer is traced.
	maxSaid = 200
)

// witness reads along what passes unread, for a trace.
type witness struct {
	reader dialect.StreamReader
	events []api.Event
}

// witnessStream has a stream that passes unread be read along, if its call is traced.
func (c *Call) witnessStream() {
	if c.traced != nil && c.Head.Op <= api.OpCompletion {
		c.stream.witness = &witness{reader: c.exchange.speech.codec.Reader(c.Head.Op)}
	}
}

// see notes what an event says of the answer.
func (w *witness) see(c *Call, ev *sse.Event) {
	w.events = w.reader.Read(w.events[:0], ev)
	for i := range w.events {
		c.traceEvent(&w.events[i])
	}
}

// traceEvent notes what an event of a stream says of the answer.
func (c *Call) traceEvent(e *api.Event) {
	a := &c.traced.Answer
	switch e.Kind {
	case api.EventStart:
		a.ID, a.Model, a.Finish = clipped(e.ID, maxSaid), clipped(e.Model, maxSaid), a.Finish[:0]
	case api.EventFinish:
		c.traceFinish(e.Finish, e.FinishRaw)
	}
}

func (c *Call) traceFinish(f api.Finish, raw string) {
	name := finishNames[min(f, api.FinishOther)]
	if f == api.FinishOther {
		name = clipped(raw, maxSaid)
	}
	if a := &c.traced.Answer; name != "" && len(a.Finish) < maxFinishes {
		a.Finish = append(a.Finish, name)
	}
}

var finishNames = [api.FinishOther + 1]string{
	api.FinishStop: "stop", api.FinishLength: "length", api.FinishToolCalls: "tool_calls", api.FinishFilter: "content_filter", api.FinishPause: "pause_turn",
}

// traceAnswer notes what a provider's whole answer says of itself. One that passes unread is
// read here.
func (c *Call) traceAnswer() {
	a := &c.traced.Answer
	a.ID, a.Model, a.Finish = "", "", nil
	r := &c.answer
	if c.exchange.raw {
		if c.Head.Op == api.OpEmbedding { // all of it would be a lot
			model, _ := jsonx.Value(c.body).Get("model").Str()
			a.Model = clipped(model, maxSaid)
		}
		if c.Head.Op > api.OpCompletion {
			return
		}
		r = &api.Response{}
		if c.exchange.speech.codec.DecodeResponse(c.Head.Op, c.body, r) != nil {
			return
		}
	}
	a.ID, a.Model = clipped(r.ID, maxSaid), clipped(r.Model, maxSaid)
	for i := range r.Choices {
		c.traceFinish(r.Choices[i].Finish, strings.Clone(r.Choices[i].FinishRaw))
	}
}
