package sse

import (
	"bytes"
	"errors"
)

// DefaultMaxEvent is the largest event, in bytes as it came, that a Splitter
// takes unless it is told otherwise.
const DefaultMaxEvent = 16 << 20

// keptBuffer is the largest buffer that outlives the event it was needed for.
const keptBuffer = 64 << 10

// ErrTooLarge says that an event is larger than the limit.
var ErrTooLarge = errors.New("event larger than the limit")

// Splitter cuts a stream, which arrives in any pieces, into whole events. It
// does no I/O: the owner feeds it and asks for events until there is none.
//
//	s.Feed(piece)
//	for {
//		ok, err := s.Next(&ev)
//		if err != nil || !ok {
//			break
//		}
//		…
//	}
//
// Lines end with LF, CRLF or CR, in any mixture. The Raw of the events and Rest
// are, put together, the input without a byte order mark at its start. An event
// whose last byte is CR comes with the byte that follows it, since that may be
// the LF of the same line end.
//
// A Splitter serves one stream at a time and is not for concurrent use. Its zero
// value is ready, with DefaultMaxEvent.
type Splitter struct {
	max int
	err error

	in    lines  // borrowed from Feed; what is before in.at has been given out
	buf   []byte // the start of the event that in goes on with
	given []byte // what buf was for the event before; its owner may have it still
	done  bool   // buf and joined belong to an event that has been given out

	started bool // the place of a byte order mark is behind us
	inLine  bool // the line so far is not empty
	cr      bool // the byte before was a CR: an LF now belongs to it
	blank   bool // that CR ended a blank line

	joined []byte // data of several lines
}

// Reset makes s ready for another stream, whose events may have at most maxEvent
// bytes; 0 stands for DefaultMaxEvent. It gives up large buffers.
func (s *Splitter) Reset(maxEvent int) {
	*s = Splitter{max: maxEvent, buf: emptied(s.buf), given: emptied(s.given), joined: emptied(s.joined)}
}

// emptied returns b without its content, and without its memory if it is large.
func emptied(b []byte) []byte {
	if cap(b) > keptBuffer {
		return nil
	}
	return b[:0]
}

// Feed gives s the next piece of the stream. s borrows p until Next has returned
// false or an error. Whole events in p are never copied.
func (s *Splitter) Feed(p []byte) {
	s.release()
	if s.in.at < len(s.in.b) {
		// The owner did not ask until there was nothing left.
		p = append(bytes.Clone(s.in.b[s.in.at:]), p...)
	}
	if !s.started {
		p = s.skipMark(p)
	}
	s.in = lines{b: p}
}

// skipMark returns p without what belongs to a byte order mark. The bytes of one
// that is not complete yet wait in buf.
func (s *Splitter) skipMark(p []byte) []byte {
	const mark = "\xEF\xBB\xBF"
	for len(p) > 0 && p[0] == mark[len(s.buf)] {
		s.buf = append(s.buf, p[0])
		p = p[1:]
		if len(s.buf) == len(mark) {
			s.buf = s.buf[:0]
			s.started, s.inLine = true, false
			return p
		}
	}
	s.started = len(p) > 0
	s.inLine = len(s.buf) > 0
	return p
}

// Next sets ev to the next whole event; false means that s has to be fed. The
// event's Raw is valid until the next Feed, so that neighbouring events can be
// passed on as one; all else that ev points to until the next call of a method of
// s. The error is ErrTooLarge, and stays until Reset.
func (s *Splitter) Next(ev *Event) (bool, error) {
	if s.err != nil {
		return false, s.err
	}
	s.release()
	start := s.in.at
	whole := s.findEnd()
	if len(s.buf)+s.in.at-start > s.limit() {
		s.err = ErrTooLarge
		s.in, s.buf = lines{}, emptied(s.buf)
		return false, s.err
	}
	raw := s.in.b[start:s.in.at]
	if len(s.buf) > 0 || !whole {
		s.buf = append(s.buf, raw...)
		raw = s.buf
	}
	if !whole {
		s.in = lines{}
		return false, nil
	}
	s.done = true
	s.parse(ev, raw)
	return true, nil
}

func (s *Splitter) limit() int {
	if s.max <= 0 {
		return DefaultMaxEvent
	}
	return s.max
}

// release takes back the memory of the event that was given out last, but for its
// Raw: what comes next is gathered elsewhere. Between two calls of Feed that is
// needed once, since only the first event after a Feed has been gathered.
func (s *Splitter) release() {
	if s.done {
		s.done = false
		s.joined = emptied(s.joined)
		if len(s.buf) > 0 {
			s.buf, s.given = emptied(s.given), s.buf
		}
	}
}

// Rest returns the bytes of the event that has begun and not ended. It is to be
// called after Next has returned false, and valid until the next call.
func (s *Splitter) Rest() []byte {
	s.release()
	return s.buf
}

// Flush sets ev to what the stream ended with, if its blank line or the end of
// its last line is missing; false if there is nothing. Browsers dispatch no such
// event. Its data may be cut short, which its reader has to judge.
func (s *Splitter) Flush(ev *Event) bool {
	s.release()
	if s.err != nil || len(s.buf) == 0 {
		return false
	}
	s.done = true
	s.parse(ev, s.buf)
	return true
}

// findEnd moves at behind the end of the event, the blank line, or, if the event
// does not end in in, to the end of in.
func (s *Splitter) findEnd() bool {
	for s.in.at < len(s.in.b) {
		c := s.in.b[s.in.at]
		if s.cr {
			s.cr = false
			if c == '\n' {
				s.in.at++
			}
			if s.blank {
				s.blank = false
				return true
			}
			continue
		}
		switch {
		case c == '\r':
			s.cr, s.blank, s.inLine = true, !s.inLine, false
			s.in.at++
		case c == '\n':
			s.in.at++
			if !s.inLine {
				return true
			}
			s.inLine = false
		default:
			s.inLine = true
			s.in.at = s.in.end()
		}
	}
	return false
}
