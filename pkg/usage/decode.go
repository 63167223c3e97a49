package usage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrBadBatch says that bytes are no batch that this version can read.
var ErrBadBatch = errors.New("not a batch of usage records")

// maxEntries is far more than a batch has; a hostile one could otherwise make
// its reader take a hundred times its own size.
const maxEntries = 10_000

// maxText is longer than any text of an entry, and short enough for any index.
const maxText = 1024

// Decode reads a batch. Its texts are fit for any store: valid UTF-8, without NUL,
// of at most maxText bytes.
func Decode(batch []byte) ([]Entry, error) {
	if len(batch) == 0 || batch[0] != version {
		return nil, fmt.Errorf("%w: another version", ErrBadBatch)
	}
	var entries []Entry
	var node string
	err := eachField(batch[1:], func(f field) error {
		switch {
		case f.isBytes(batchNode):
			node = clean(f.bytes)
		case f.isBytes(batchEntry):
			if len(entries) == maxEntries {
				return fmt.Errorf("%w: too many entries", ErrBadBatch)
			}
			entries = append(entries, Entry{})
			return entries[len(entries)-1].decode(f.bytes)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range entries {
		entries[i].Node = node
	}
	return entries, nil
}

func (e *Entry) decode(b []byte) error {
	e.Time = time.UnixMicro(0).UTC()
	if err := eachField(b, e.set); err != nil {
		return err
	}
	if e.CallID == "" {
		return fmt.Errorf("%w: an entry of no call", ErrBadBatch)
	}
	return nil
}

func (e *Entry) set(f field) error {
	if f.kind == kindBytes {
		return e.setBytes(f)
	}
	switch f.number {
	case fieldTime:
		e.Time = time.UnixMicro(f.count).UTC()
	case fieldStatus:
		e.Status = int(f.count)
	case fieldAttempts:
		e.Attempts = int(f.count)
	case fieldTook:
		e.Took = time.Duration(f.count) * time.Microsecond
	case fieldFirstToken:
		e.FirstToken = time.Duration(f.count) * time.Microsecond
	case fieldFlags:
		e.setFlags(f.count)
	case fieldFallback:
		e.Fallback = int(f.count)
	case fieldQueue:
		e.Queue = time.Duration(f.count) * time.Microsecond
	case fieldOwn:
		e.Own = time.Duration(f.count) * time.Microsecond
	default:
		for i := range countFields {
			if countFields[i].number == f.number {
				*countFields[i].of(e) = f.count
			}
		}
	}
	return nil
}

func (e *Entry) setBytes(f field) error {
	switch f.number {
	case fieldMetadata:
		return e.setMetadata(f.bytes)
	case fieldTry:
		return e.addTry(f.bytes)
	case fieldChoice:
		e.Choice = ParseChoice(clean(f.bytes))
		return nil
	}
	for i := range textFields {
		if textFields[i].number == f.number {
			*textFields[i].of(e) = clean(f.bytes)
		}
	}
	return nil
}

func (e *Entry) setMetadata(pair []byte) error {
	var name, value string
	err := eachField(pair, func(f field) error {
		switch {
		case f.isBytes(1):
			name = clean(f.bytes)
		case f.isBytes(2):
			value = clean(f.bytes)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if e.Metadata == nil {
		e.Metadata = map[string]string{}
	}
	e.Metadata[name] = value
	return nil
}

// addTry leaves out more tries than a call makes.
func (e *Entry) addTry(b []byte) error {
	if len(e.Tries) == maxTries {
		return nil
	}
	var t Try
	err := eachField(b, func(f field) error {
		switch {
		case f.kind == kindBytes:
			if f.number < uint64(len(tryTexts)) && tryTexts[f.number] != nil {
				*tryTexts[f.number](&t) = clean(f.bytes)
			}
		case f.number == tryStatus:
			t.Status = int(f.count)
		case f.number == tryStarted:
			t.Started = time.Duration(f.count) * time.Microsecond
		case f.number == tryTook:
			t.Took = time.Duration(f.count) * time.Microsecond
		}
		return nil
	})
	e.Tries = append(e.Tries, t)
	return err
}

// clean copies a text and leaves out what a store would refuse.
func clean(b []byte) string {
	s := strings.ToValidUTF8(string(b[:min(len(b), maxText)]), "")
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return s
}

// field is one field: count or bytes, by its kind.
type field struct {
	number, kind uint64
	count        int64
	bytes        []byte
}

func (f field) isBytes(number uint64) bool { return f.number == number && f.kind == kindBytes }

// eachField hands every field of a list to use.
func eachField(b []byte, use func(field) error) error {
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 {
			return fmt.Errorf("%w: it is cut short", ErrBadBatch)
		}
		b = b[n:]
		f := field{number: key >> 3, kind: key & 7}
		switch f.kind {
		case kindCount:
			if f.count, n = binary.Varint(b); n <= 0 {
				return fmt.Errorf("%w: it is cut short", ErrBadBatch)
			}
		case kindBytes:
			length, prefix := binary.Uvarint(b)
			if prefix <= 0 || length > uint64(len(b)-prefix) {
				return fmt.Errorf("%w: it is cut short", ErrBadBatch)
			}
			n = prefix + int(length)
			f.bytes = b[prefix:n]
		default:
			return fmt.Errorf("%w: kind %d of field", ErrBadBatch, f.kind)
		}
		if err := use(f); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}
