package gateway

// Hot path.

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

func (c *Call) drainTranslated() ([]byte, error) {
	s := &c.stream
	s.out = s.out[:0]
	var ev sse.Event
	for {
		ok, err := s.splitter.Next(&ev)
		if err != nil && len(s.out) > 0 {
			return s.take(), nil // and the error, which stays, next time
		}
		if err != nil {
			return c.breakOff(tooLarge()), nil //nolint:nilerr // told to the caller in the stream
		}
		if !ok {
			s.fed = false
			return s.take(), nil
		}
		s.events = s.reader.Read(s.events[:0], &ev)
		c.tell(s.events)
		s.ready = c.In == nil && len(s.events) > 0
		if s.failed != nil && !c.Streaming || s.done || s.ready {
			return s.take(), nil
		}
	}
}

// tell notes what events say and writes them for the caller.
func (c *Call) tell(events []api.Event) {
	s := &c.stream
	for i := range events {
		e := &events[i]
		if c.traced != nil {
			c.traceEvent(e)
		}
		switch e.Kind {
		case api.EventDelta:
			s.begun = true
			s.produced += int64(len(e.Text))
		case api.EventPart:
			s.begun = true
			c.untold(e.PartKind, e.RawOf)
		case api.EventFinish:
			s.begun = true
		case api.EventStart:
			c.begin(e)
		case api.EventEnd:
			s.ended = true
		case api.EventError:
			s.failed = c.refused(e.Err)
			if !c.Streaming {
				return
			}
			e.Err = s.failed
			s.done = true
		}
		if e.Usage.Known {
			c.Usage = e.Usage
		}
		if s.writer != nil {
			s.out = s.writer.Append(s.out, e)
		}
	}
}

// begin fills in what the first event of another dialect may lack.
func (c *Call) begin(e *api.Event) {
	if e.ID == "" {
		e.ID = c.RequestID
	}
	if e.Model == "" {
		e.Model = c.called()
	}
	if e.Created == 0 {
		e.Created = c.began.Unix()
	}
}
