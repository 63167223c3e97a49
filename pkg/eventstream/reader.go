package eventstream

// Hot path.

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// The ways in which bytes are no frame. A reader that has met one stays at it: where
// the next frame would begin is not known.
var (
	ErrTooLarge = errors.New("eventstream: frame larger than the limit")
	ErrLength   = errors.New("eventstream: a frame's lengths contradict each other")
	ErrChecksum = errors.New("eventstream: checksum mismatch")
	ErrHeader   = errors.New("eventstream: malformed header")
)

// keptBuffer is the largest buffer that outlives the frame it was needed for.
const keptBuffer = 64 << 10

// Reader cuts a stream, which arrives in any pieces, into messages. Its zero value
// is ready. It serves one stream at a time and is not for concurrent use.
type Reader struct {
	in   []byte // borrowed from Feed; what is still to be read
	buf  []byte // the start of the frame that in goes on with
	done bool   // buf is of a message that has been given out
	err  error
}

// Reset makes r ready for another stream.
func (r *Reader) Reset() { *r = Reader{buf: emptied(r.buf)} }

func emptied(b []byte) []byte {
	if cap(b) > keptBuffer {
		return nil
	}
	return b[:0]
}

// Feed gives r the next piece of the stream. r borrows p until Next has returned
// false or an error, which the owner waits for before it feeds r again.
func (r *Reader) Feed(p []byte) { r.in = p }

// Next sets m to the next message; false means that r has to be fed.
func (r *Reader) Next(m *Message) (bool, error) {
	if r.err != nil {
		return false, r.err
	}
	if r.done {
		r.done, r.buf = false, emptied(r.buf)
	}
	frame, err := r.frame()
	if err == nil && frame != nil {
		err = m.read(frame)
	}
	if err != nil {
		r.err = err
		r.in, r.buf = nil, emptied(r.buf)
		return false, err
	}
	return frame != nil, nil
}

// Partial says whether a frame has begun and not ended: a stream that is over then
// was cut.
func (r *Reader) Partial() bool { return !r.done && len(r.buf) > 0 }

// frame returns the next whole frame; nil if it has not all come. One that lies whole
// in what was fed is not copied.
func (r *Reader) frame() ([]byte, error) {
	if len(r.buf) == 0 {
		if len(r.in) >= preludeBytes {
			size, err := frameSize(r.in)
			if err != nil {
				return nil, err
			}
			if size <= len(r.in) {
				frame := r.in[:size]
				r.in = r.in[size:]
				return frame, nil
			}
		}
		r.gather(len(r.in))
		return nil, nil
	}
	if !r.gatherTo(preludeBytes) {
		return nil, nil
	}
	size, err := frameSize(r.buf)
	if err != nil || !r.gatherTo(size) {
		return nil, err
	}
	r.done = true
	return r.buf, nil
}

// gatherTo takes bytes until buf has n of them, and says whether it has.
func (r *Reader) gatherTo(n int) bool {
	if missing := n - len(r.buf); missing > 0 {
		r.gather(min(missing, len(r.in)))
	}
	return len(r.buf) >= n
}

func (r *Reader) gather(n int) {
	r.buf = append(r.buf, r.in[:n]...)
	r.in = r.in[n:]
}

// frameSize reads a prelude. Its checksum is looked at before its lengths are
// believed: nobody waits for the rest of a frame that is none.
func frameSize(b []byte) (int, error) {
	total, headers := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	switch {
	case crc32.ChecksumIEEE(b[:8]) != binary.BigEndian.Uint32(b[8:]):
		return 0, ErrChecksum
	case total > MaxFrame, headers > MaxHeaders:
		return 0, ErrTooLarge
	case total < preludeBytes+headers+checksumBytes:
		return 0, ErrLength
	}
	return int(total), nil
}

// read reads a whole frame, whose prelude frameSize has passed.
func (m *Message) read(frame []byte) error {
	end := len(frame) - checksumBytes
	if crc32.ChecksumIEEE(frame[:end]) != binary.BigEndian.Uint32(frame[end:]) {
		return ErrChecksum
	}
	headers := int(binary.BigEndian.Uint32(frame[4:]))
	*m = Message{Payload: frame[preludeBytes+headers : end]}
	return m.readHeaders(frame[preludeBytes : preludeBytes+headers])
}

func (m *Message) readHeaders(b []byte) error {
	for len(b) > 0 {
		name, rest, ok := cut(b[1:], int(b[0]))
		if !ok || len(rest) == 0 {
			return ErrHeader
		}
		value, rest, ok := headerValue(rest[0], rest[1:])
		if !ok {
			return ErrHeader
		}
		m.note(name, value)
		b = rest
	}
	return nil
}

// fixedSizes are how many bytes the values of a type have: true, false, byte, short,
// integer, long; then timestamp and UUID. Those of byte array and string say so themselves.
var fixedSizes = [...]int{0, 0, 1, 2, 4, 8, -1, -1, 8, 16}

func headerValue(kind byte, b []byte) (value, rest []byte, ok bool) {
	if int(kind) >= len(fixedSizes) {
		return nil, nil, false
	}
	size := fixedSizes[kind]
	if size < 0 {
		if len(b) < 2 {
			return nil, nil, false
		}
		size, b = int(binary.BigEndian.Uint16(b)), b[2:]
	}
	return cut(b, size)
}

func cut(b []byte, n int) (value, rest []byte, ok bool) {
	if len(b) < n {
		return nil, nil, false
	}
	return b[:n], b[n:], true
}

func (m *Message) note(name, value []byte) {
	switch string(name) {
	case headerKind:
		switch {
		case bytes.Equal(value, kindNames[Exception]):
			m.Kind = Exception
		case bytes.Equal(value, kindNames[Error]):
			m.Kind = Error
		}
	case headerEvent, headerException, headerErrorCode:
		m.Name = value
	case headerErrorText:
		m.Text = value
	}
}

var kindNames = [...][]byte{Event: []byte("event"), Exception: []byte("exception"), Error: []byte("error")}
