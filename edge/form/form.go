package form

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// Form is what has been seen of a body, and the way to the rest.
type Form struct {
	Head     []byte    // its beginning
	Rest     io.Reader // what comes behind; nil where that was all. An io.Seeker if it lies on disk
	RestSize int64     // -1 where nobody knows

	Model     string
	ModelAt   jsonx.Span // in Head
	Stream    bool
	Fallbacks []string
	Own       []jsonx.Edit      // cut the gateway's own fields out of Head
	Fields    map[string]string // the other fields that have been seen, as far as they are short

	spool *spool
}

// Options bound what is kept.
type Options struct {
	Window int   // bytes in memory
	Spool  int64 // bytes on disk
	// ModelKnown: the model is known from elsewhere and need not be found.
	ModelKnown bool
}

// What can be wrong with a body. Errors of the reader and of the disk come wrapped.
var (
	ErrMalformed = errors.New("form: not a multipart body")
	ErrRepeated  = errors.New("form: the model is given more than once")
	ErrTooLarge  = errors.New("form: the model stands behind more than fits on disk")
	ErrDisk      = errors.New("form: the body cannot be laid down on disk")
)

const (
	maxBoundary = 70 // RFC 2046, 5.1.1
	maxParts    = 64
	maxField    = 512
)

// Boundary returns the boundary that a content type names.
func Boundary(contentType string) (string, error) {
	_, params, err := mime.ParseMediaType(contentType)
	b := params["boundary"]
	if err != nil || b == "" || len(b) > maxBoundary {
		return "", ErrMalformed
	}
	return b, nil
}

// Read looks into a body of size bytes, -1 for one of unknown length. The form must
// be closed, also behind an error.
func Read(body io.Reader, size int64, boundary string, o Options) (*Form, error) {
	f := &Form{RestSize: -1}
	s := scan{form: f, delimiter: []byte("\r\n--" + boundary)}
	for {
		whole, err := f.fill(body, size, o.Window)
		if err != nil {
			return f, err
		}
		if err := s.run(f.Head, whole); err != nil {
			return f, err
		}
		switch {
		case whole:
			return f, nil
		case s.closed || f.Model != "" || o.ModelKnown:
			f.leave(body, size)
			return f, nil
		case len(f.Head) >= o.Window:
			return f, f.layDown(body, boundary, o.Spool)
		}
	}
}

// firstRead is how much is read before the first look. Most SDKs begin with the
// fields that are text.
const firstRead = 8 << 10

// fill reads more of the body, up to window bytes, and says whether that is all.
func (f *Form) fill(body io.Reader, size int64, window int) (whole bool, err error) {
	room := min(max(2*cap(f.Head), firstRead), window)
	if size >= 0 {
		room = int(min(int64(room), size))
	}
	if len(f.Head) == room {
		return int64(room) == size, nil
	}
	f.Head = append(make([]byte, 0, room), f.Head...)
	n, err := io.ReadFull(body, f.Head[len(f.Head):room])
	f.Head = f.Head[:len(f.Head)+n]
	switch {
	case err == nil:
		return int64(len(f.Head)) == size, nil
	case (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)) && size < 0:
		return true, nil
	}
	return false, err
}

// leave leaves the rest of the body to be read by who sends it on.
func (f *Form) leave(body io.Reader, size int64) {
	f.Rest = body
	if size >= 0 {
		f.RestSize = size - int64(len(f.Head))
	}
}

// PutModel puts a model before a body in which none has been found.
func (f *Form) PutModel(boundary, model string) {
	head := append(append([]byte("--"), boundary...), "\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n"...)
	f.Model, f.ModelAt = model, jsonx.Span{Start: len(head), End: len(head) + len(model)}
	head = append(append(head, model...), lineEnd...)
	for i := range f.Own {
		f.Own[i].At.Start += len(head)
		f.Own[i].At.End += len(head)
	}
	f.Head = append(head, f.Head...)
}

// Close gives back what the form has on disk.
func (f *Form) Close() error {
	if f.spool == nil {
		return nil
	}
	return f.spool.Close()
}

// scan finds the parts in the beginning of a body.
type scan struct {
	form      *Form
	delimiter []byte // with the line end before it
	at        int    // where the next delimiter begins; the first may have no line end before it
	closed    bool   // the last delimiter has been seen
	parts     int
}

// run goes on through b, which has grown since the last time.
func (s *scan) run(b []byte, whole bool) error {
	for !s.closed {
		end, err := s.part(b)
		if err != nil {
			return err
		}
		if end < 0 { // it is not there yet
			if whole {
				return ErrMalformed
			}
			return nil
		}
		s.at = end
	}
	return nil
}

// part reads the part that begins at s.at, and returns where its end is; -1 if that
// is not in b.
func (s *scan) part(b []byte) (end int, err error) {
	head, err := s.open(b)
	if head < 0 || err != nil || s.closed {
		return head, err
	}
	n := bytes.Index(b[head:], headEnd)
	if n < 0 {
		return -1, nil
	}
	value := head + n + len(headEnd)
	// The line end before the value is the head's where the value is empty.
	length := bytes.Index(b[value-2:], s.delimiter)
	if length < 0 {
		return -1, nil
	}
	end = value - 2 + length
	if s.parts++; s.parts > maxParts {
		return 0, fmt.Errorf("%w: more than %d parts", ErrMalformed, maxParts)
	}
	if name, file := partName(b[head : value-2]); !file {
		return end, s.form.take(name, b, s.at, value, max(end, value), end)
	}
	return end, nil
}

var (
	headEnd = []byte("\r\n\r\n")
	lineEnd = []byte("\r\n")
)

// open reads the delimiter at s.at and returns where the part's head begins, the line
// end before it included; -1 if that is not in b.
func (s *scan) open(b []byte) (int, error) {
	delimiter := s.delimiter
	if s.at == 0 {
		delimiter = delimiter[len(lineEnd):]
	}
	rest := b[s.at:]
	if len(rest) < len(delimiter)+2 {
		return -1, nil
	}
	if !bytes.HasPrefix(rest, delimiter) {
		return 0, ErrMalformed
	}
	at := s.at + len(delimiter)
	if b[at] == '-' && b[at+1] == '-' {
		s.closed = true
		return at, nil
	}
	n := bytes.Index(b[at:], lineEnd)
	if n < 0 {
		return -1, nil
	}
	if len(bytes.Trim(b[at:at+n], " \t")) > 0 {
		return 0, ErrMalformed
	}
	return at + n, nil
}

// partName reads the name in a part's head, and whether it is a file.
func partName(head []byte) (name string, file bool) {
	for line := range bytes.SplitSeq(head, lineEnd) {
		field, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || !bytes.EqualFold(bytes.TrimSpace(field), []byte("content-disposition")) {
			continue
		}
		_, params, err := mime.ParseMediaType(string(value))
		if err != nil {
			return "", true // not for us to understand
		}
		_, file = params["filename"]
		return params["name"], file
	}
	return "", false
}

// take notes a field whose part is b[from:until] with the value b[value:end].
func (f *Form) take(name string, b []byte, from, value, end, until int) error {
	text := string(b[value:end])
	switch name {
	case "model":
		if !f.ModelAt.Empty() {
			return ErrRepeated
		}
		f.Model, f.ModelAt = text, jsonx.Span{Start: value, End: end}
	case "stream":
		f.note(name, text)
		f.Stream = text == "true" || text == "True" || text == "1"
	case "fallbacks", "fallbacks[]":
		for to := range strings.SplitSeq(text, ",") {
			if to = strings.TrimSpace(to); to != "" {
				f.Fallbacks = append(f.Fallbacks, to)
			}
		}
		if n := len(f.Own); n > 0 && f.Own[n-1].At.End > from { // with the one before it
			f.Own[n-1].At.End = until + len(lineEnd)
			return nil
		}
		if from == 0 { // the delimiter has no line end before it, and the next one's goes instead
			until += len(lineEnd)
		}
		f.Own = append(f.Own, jsonx.Edit{At: jsonx.Span{Start: from, End: until}})
	default:
		f.note(name, text)
	}
	return nil
}

func (f *Form) note(name, text string) {
	if len(text) > maxField {
		return
	}
	if f.Fields == nil {
		f.Fields = map[string]string{}
	}
	f.Fields[name] = text
}
