package overflow

// Hot path.

import (
	"encoding/binary"
	"errors"
	"strconv"
)

// Messages are values one after the other: numbers as varints, texts with their
// length before them. A version that adds a value adds it behind the others; it
// reads what is not there as nothing, and older ones do not look so far. So nodes
// of neighbouring versions understand each other, and the version in front changes
// only when they would not.
const version = 1

// ErrFormat is the error of a message that cannot be read: it is damaged, or of a
// version to come.
var ErrFormat = errors.New("overflow: a message that cannot be read")

// ID names one transfer: one try of a call at a worker. No two have the same.
type ID uint64

// String returns the transfer's name in subjects: 16 hexadecimal digits.
func (id ID) String() string {
	const digits = "0123456789abcdef"
	var b [16]byte
	for i := range b {
		b[i] = digits[id>>(60-4*i)&15]
	}
	return string(b[:])
}

// ParseID undoes String.
func ParseID(s string) (ID, bool) {
	n, err := strconv.ParseUint(s, 16, 64)
	return ID(n), err == nil && len(s) == 16
}

// Header is a header of a request or of an answer.
type Header struct{ Name, Value string }

// maxHeaders is more than any request or answer has of the kind that passes through.
const maxHeaders = 256

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendFlags(b []byte, flags ...bool) []byte {
	var n uint64
	for i, set := range flags {
		if set {
			n |= 1 << i
		}
	}
	return binary.AppendUvarint(b, n)
}

func appendHeaders(b []byte, list []Header) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, h := range list {
		b = appendText(appendText(b, h.Name), h.Value)
	}
	return b
}

// reader takes values off a message. From what is not there it reads nothings;
// bad says that a value was not whole.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) count() uint64 {
	if len(r.b) == 0 {
		return 0
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) signed() int64 {
	v := r.count()
	return int64(v>>1) ^ -int64(v&1)
}

func (r *reader) bytes() []byte {
	n := r.count()
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) text() string { return string(r.bytes()) }

func (r *reader) flags(to ...*bool) {
	n := r.count()
	for i, flag := range to {
		*flag = n>>i&1 != 0
	}
}

func (r *reader) headers() []Header {
	n := r.count()
	if n > maxHeaders {
		r.fail()
		return nil
	}
	var list []Header
	for range n {
		list = append(list, Header{Name: r.text(), Value: r.text()})
	}
	return list
}

func (r *reader) fail() { r.b, r.bad = nil, true }

func (r *reader) err() error {
	if r.bad {
		return ErrFormat
	}
	return nil
}

// open begins to read a message.
func open(b []byte) (reader, error) {
	if len(b) == 0 || b[0] != version {
		return reader{}, ErrFormat
	}
	return reader{b: b[1:]}, nil
}

func (r *reader) within() reader { return reader{b: r.bytes()} }
