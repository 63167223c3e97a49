package gateway

// Hot path.

import (
	"unsafe"

	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/sse"
)

// drainRaw passes on as many neighbouring events as there are in one slice of
// the connection's own buffer.
func (c *Call) drainRaw() ([]byte, error) {
	s := &c.stream
	s.out = s.out[:0]
	var out []byte
	var ev sse.Event
	for {
		ok, err := s.splitter.Next(&ev)
		if err != nil && len(out) > 0 {
			return out, nil // and the error, which stays, next time
		}
		if err != nil {
			return c.breakOff(tooLarge()), nil //nolint:nilerr // told to the caller in the stream
		}
		if !ok {
			s.fed = false
			return out, nil
		}
		verdict := s.tap.See(&ev)
		if s.witness != nil {
			s.witness.see(c, &ev)
		}
		s.begun, s.ended = s.tap.Begun(), s.tap.Ended()
		if verdict == dialect.Fail {
			s.failed = c.refused(s.tap.Err())
			if !c.Streaming {
				return nil, nil
			}
			s.done = true // the provider's own error event is the last
		}
		if verdict != dialect.Drop {
			out = s.pass(out, &ev)
		}
		if s.done {
			c.drop()
			return out, nil
		}
	}
}

// pass puts an event behind out.
func (s *stream) pass(out []byte, ev *sse.Event) []byte {
	if s.framing != nil {
		s.out = s.framing.AppendEvent(s.out, ev)
		return s.out
	}
	if joined, ok := extend(out, ev.Raw); ok {
		return joined
	}
	s.out = append(append(s.out[:0], out...), ev.Raw...)
	return s.out
}

// extend returns a with b behind it if the two are neighbours in memory.
func extend(a, b []byte) ([]byte, bool) {
	if len(a) == 0 {
		return b, true
	}
	if cap(a)-len(a) < len(b) || len(b) == 0 {
		return a, len(b) == 0
	}
	end := a[:len(a)+1]
	if unsafe.SliceData(b) != &end[len(a)] {
		return nil, false
	}
	return a[:len(a)+len(b)], true
}
