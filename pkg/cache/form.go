package cache

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/goccy/go-json"
)

// ErrForm says that bytes are no entry that this version can read.
var ErrForm = errors.New("cache: not an entry")

// header is what an entry is besides its bytes, as it is written.
type header struct {
	Entry

	Whole   int             `json:"whole,omitempty"`   // bytes of the body
	After   []time.Duration `json:"after,omitempty"`   // of each beat
	Lengths []int           `json:"lengths,omitempty"` // of each beat
}

// Append appends the entry as [Read] reads it: the length of a JSON object, that, and the
// bytes of the answer.
func (e *Entry) Append(dst []byte) ([]byte, error) {
	h := header{Entry: *e, Whole: len(e.Body)}
	for _, b := range e.Beats {
		h.After, h.Lengths = append(h.After, b.After), append(h.Lengths, len(b.Bytes))
	}
	text, err := json.Marshal(&h)
	if err != nil {
		return dst, err
	}
	dst = binary.AppendUvarint(dst, uint64(len(text)))
	dst = append(append(dst, text...), e.Body...)
	for _, b := range e.Beats {
		dst = append(dst, b.Bytes...)
	}
	return dst, nil
}

// Read reads what [Entry.Append] wrote. The entry is made of the bytes given, which must not
// change any more.
func Read(b []byte) (*Entry, error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, ErrForm
	}
	text, rest := b[size:size+int(n)], b[size+int(n):]
	var h header
	if err := json.Unmarshal(text, &h); err != nil || len(h.After) != len(h.Lengths) {
		return nil, ErrForm
	}
	take := func(n int) (part []byte, ok bool) {
		if n < 0 || n > len(rest) {
			return nil, false
		}
		part, rest = rest[:n:n], rest[n:]
		return part, true
	}
	var ok bool
	e := h.Entry
	if e.Body, ok = take(h.Whole); !ok {
		return nil, ErrForm
	}
	if len(h.Lengths) > 0 {
		e.Body, e.Beats = nil, make([]Beat, len(h.Lengths))
	}
	for i := range e.Beats {
		e.Beats[i].After = h.After[i]
		if e.Beats[i].Bytes, ok = take(h.Lengths[i]); !ok {
			return nil, ErrForm
		}
	}
	if len(rest) > 0 {
		return nil, ErrForm
	}
	return &e, nil
}
