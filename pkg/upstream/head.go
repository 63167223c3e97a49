// Hot path: nothing here allocates once a Head has grown.

package upstream

import (
	"bytes"
	"fmt"
)

// maxFields bounds the number of header fields in an answer.
const maxFields = 256

// usualFields is how many there are in most answers.
const usualFields = 16

// Head is an answer's status and header fields. It owns its bytes: they are
// valid until the Head is read into again. The zero value is ready.
type Head struct {
	Status int
	Fields []Field
	// ContentLength is the length of the body on the wire; -1 when not said.
	ContentLength int64
	// Chunked: the body comes in chunks.
	Chunked bool
	// KeepAlive: the provider lets the connection be used again.
	KeepAlive bool

	text []byte
}

// Field is one header field. Name is in lower case; Value has no space around it.
type Field struct{ Name, Value []byte }

// Get returns the first value of the field with this name, in lower case, and
// nil if there is none.
func (h *Head) Get(name string) []byte {
	for i := range h.Fields {
		if string(h.Fields[i].Name) == name {
			return h.Fields[i].Value
		}
	}
	return nil
}

// parse reads text, a whole head with its empty line.
func (h *Head) parse(text []byte) error {
	h.text = append(h.text[:0], text...)
	if h.Fields == nil {
		h.Fields = make([]Field, 0, usualFields)
	}
	h.Fields = h.Fields[:0]
	h.Status, h.ContentLength, h.Chunked = 0, -1, false
	line, rest, err := cutLine(h.text)
	if err != nil {
		return err
	}
	if err := h.parseStatus(line); err != nil {
		return err
	}
	for {
		if line, rest, err = cutLine(rest); err != nil {
			return err
		}
		if len(line) == 0 {
			return h.check()
		}
		if err := h.parseField(line); err != nil {
			return err
		}
	}
}

// cutLine cuts the first line off text. A line ends with CR LF and nothing else.
func cutLine(text []byte) (line, rest []byte, err error) {
	i := bytes.IndexByte(text, '\n')
	if i < 1 || text[i-1] != '\r' {
		return nil, nil, fmt.Errorf("%w: a line does not end with CR LF", ErrHead)
	}
	return text[:i-1], text[i+1:], nil
}

// parseStatus reads "HTTP/1.1 200 OK"; the reason may be missing with its space.
func (h *Head) parseStatus(line []byte) error {
	if len(line) < 12 || string(line[:7]) != "HTTP/1." || line[7] != '0' && line[7] != '1' || line[8] != ' ' ||
		len(line) > 12 && line[12] != ' ' {
		return fmt.Errorf("%w: status line", ErrHead)
	}
	for _, b := range line[9:12] {
		if b < '0' || b > '9' {
			return fmt.Errorf("%w: status code", ErrHead)
		}
		h.Status = h.Status*10 + int(b-'0')
	}
	if h.Status < 100 {
		return fmt.Errorf("%w: status code", ErrHead)
	}
	h.KeepAlive = line[7] == '1'
	return nil
}

// parseField reads "name: value" (RFC 9112 §5). A folded line, which begins with
// a space, fails on its name.
func (h *Head) parseField(line []byte) error {
	colon := bytes.IndexByte(line, ':')
	if colon < 1 {
		return fmt.Errorf("%w: field without a name", ErrHead)
	}
	if len(h.Fields) == maxFields {
		return fmt.Errorf("%w: more than %d fields", ErrHeadTooLarge, maxFields)
	}
	name, value := line[:colon], trimSpace(line[colon+1:])
	for i, b := range name {
		if b = tokenByte[b]; b == 0 {
			return fmt.Errorf("%w: field name", ErrHead)
		}
		name[i] = b
	}
	for _, b := range value {
		if b < ' ' && b != '\t' || b == 0x7f {
			return fmt.Errorf("%w: control character in a field", ErrHead)
		}
	}
	h.Fields = append(h.Fields, Field{Name: name, Value: value})
	return h.parseFraming(name, value)
}

// parseFraming takes note of the fields that say where the body ends.
func (h *Head) parseFraming(name, value []byte) error {
	switch string(name) {
	case "content-length":
		n, ok := parseLength(value)
		if !ok || h.ContentLength >= 0 {
			return fmt.Errorf("%w: content-length", ErrHead)
		}
		h.ContentLength = n
	case "transfer-encoding":
		if h.Chunked || !equalFold(value, "chunked") {
			return fmt.Errorf("%w: transfer-encoding", ErrHead)
		}
		h.Chunked = true
	case "connection":
		for len(value) > 0 {
			var option []byte
			option, value, _ = bytes.Cut(value, comma)
			if option = trimSpace(option); equalFold(option, "close") {
				h.KeepAlive = false
			}
		}
	}
	return nil
}

// check refuses a head that says two things about its body's end: which one
// counts is what request smuggling lives on (RFC 9112 §6.3).
func (h *Head) check() error {
	if h.Chunked && h.ContentLength >= 0 {
		return fmt.Errorf("%w: both content-length and transfer-encoding", ErrHead)
	}
	return nil
}

var comma = []byte{','}

// parseLength reads decimal digits, at most 18 of them: no sign, no list.
func parseLength(value []byte) (n int64, ok bool) {
	if len(value) == 0 || len(value) > 18 {
		return 0, false
	}
	for _, b := range value {
		if b < '0' || b > '9' {
			return 0, false
		}
		n = n*10 + int64(b-'0')
	}
	return n, true
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// equalFold says whether b is the lower-case ASCII word, in any case.
func equalFold(b []byte, word string) bool {
	if len(b) != len(word) {
		return false
	}
	for i, x := range b {
		if tokenByte[x] != word[i] {
			return false
		}
	}
	return true
}

// tokenByte maps the bytes of a token (RFC 9110 §5.6.2) to lower case and all others to 0.
var tokenByte = func() (t [256]byte) {
	for _, b := range []byte("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") {
		t[b] = b
	}
	for b := byte('A'); b <= 'Z'; b++ {
		t[b] = b + 'a' - 'A'
	}
	return t
}()
