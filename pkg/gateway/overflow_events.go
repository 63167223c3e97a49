package gateway

// Hot path for a provider that is busy.

import (
	"io"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/eventstream"
	"github.com/asbru-gateway/asbru/pkg/overflow"
)

// openRemoteEvents prepares to read the stream of a worker as if it came from a provider,
// since plugins or an agent want its events.
func (c *Call) openRemoteEvents() {
	s := &c.stream
	c.exchange.raw = false
	s.reader = c.tongue().Reader(c.Head.Op)
	if isFrames([]byte(c.ContentType)) {
		s.frames = &eventstream.Events{}
		if u, ok := c.tongue().(dialect.Unframer); ok {
			s.frames.Write = u.Unframe
		}
	}
	if c.In != nil {
		s.writer = c.In.Writer(&c.Head)
		c.ContentType = s.writer.ContentType()
	}
}

// nextPluggedRemote is nextRemote for a stream that plugins want.
func (c *Call) nextPluggedRemote() ([]byte, error) {
	s := &c.stream
	for !s.done {
		if s.fed {
			if out := c.drainPlugged(); len(out) > 0 {
				return out, nil
			}
			continue
		}
		var f overflow.Frame
		if came, out, err := c.nextFrame(&f); !came {
			return out, err
		}
		if out := c.readFrame(&f); len(out) > 0 {
			return out, nil
		}
	}
	return nil, io.EOF
}

// advanceRemote is advance for an agent's stream that comes from a worker. Its error says that
// nobody waits for the stream any more.
func (c *Call) advanceRemote() error {
	s := &c.stream
	for {
		if _, err := c.drain(); err != nil || s.done || s.ready {
			return err
		}
		var f overflow.Frame
		if came, _, err := c.nextFrame(&f); !came {
			return err
		}
		c.readFrame(&f)
		if s.ready {
			return nil
		}
	}
}

// readFrame takes a frame of a stream whose events are read here. At the stream's end it
// returns what the caller gets of it.
func (c *Call) readFrame(f *overflow.Frame) (out []byte) {
	s := &c.stream
	switch f.Kind {
	case overflow.Data:
		b := f.Data
		if s.frames != nil {
			b = c.unframe(b)
		}
		s.splitter.Feed(b)
		s.fed = true
	case overflow.End:
		var last []api.Event
		if f.Err == nil && (f.Ended || c.In == nil) {
			last = s.reader.Close(nil)
		}
		if c.windowed() {
			w := &c.plugged.window
			w.reset()
			w.events = append(w.events, last...)
			out = c.tellWindow()
		} else {
			s.events = append(s.events[:0], last...)
			c.tell(s.events)
		}
		failed := s.failed
		c.endRemote(f)
		if failed != nil {
			s.failed = failed
		} else if c.In == nil && s.failed != nil {
			s.events = append(s.events, api.Event{Kind: api.EventError, Err: s.failed})
		}
		s.ready = c.In == nil && len(s.events) > 0
	}
	return out
}
