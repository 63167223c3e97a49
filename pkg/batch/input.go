package batch

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

const (
	// maxLine is how long a line may be.
	maxLine = 8 << 20
	// maxLines is how many there may be.
	maxLines = 50_000
	// maxCustomID bounds what is kept of each line while all are looked at.
	maxCustomID = 256
	// maxFaults is how many are told.
	maxFaults = 100
)

// errLong is the error of a line that is longer than it may be.
var errLong = errors.New("batch: the line is too long")

// input reads the lines of a file that have something in them.
type input struct {
	from *bufio.Reader
	at   int // number of the line that comes next, in the file
	next int // and among those with something in them
}

func newInput(from io.Reader) *input { return &input{from: bufio.NewReaderSize(from, 64<<10)} }

// line is a line of an input file.
type line struct {
	n    int // its number among those with something in them, from 0
	at   int // its number in the file, from 0
	text []byte
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// read returns the next line, or io.EOF behind the last one. Behind errLong it cannot
// be read on.
func (in *input) read() (line, error) {
	for {
		text, err := in.readLine()
		if err != nil {
			return line{at: in.at}, err
		}
		if in.at == 0 {
			text = bytes.TrimPrefix(text, byteOrderMark)
		}
		in.at++
		if text = bytes.TrimSpace(text); len(text) > 0 {
			in.next++
			return line{in.next - 1, in.at - 1, text}, nil
		}
	}
}

func (in *input) readLine() (text []byte, err error) {
	for {
		part, err := in.from.ReadSlice('\n')
		if len(text)+len(part) > maxLine {
			return nil, errLong
		}
		text = append(text, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(text) > 0, err == nil:
			return text, nil
		default:
			return nil, err
		}
	}
}

// asked is what a line asks for.
type asked struct {
	CustomID *string         `json:"custom_id"`
	Method   string          `json:"method"`
	URL      string          `json:"url"`
	Body     json.RawMessage `json:"body"`
}

// check says what is wrong with a line; nil if nothing is.
func (l *line) check(endpoint string, seen map[string]bool) *Fault {
	var a asked
	fault := func(code, param, format string, args ...any) *Fault {
		at := l.at + 1
		return &Fault{Kind: code, Line: &at, Message: fmt.Sprintf(format, args...), Param: param}
	}
	if err := json.Unmarshal(l.text, &a); err != nil {
		return fault("invalid_json_line", "", "This line is not a JSON object with custom_id, method, url and body.")
	}
	var body struct {
		Stream bool `json:"stream"`
	}
	switch {
	case a.CustomID == nil || *a.CustomID == "":
		return fault("missing_required_parameter", "custom_id", "Each line needs a custom_id.")
	case len(*a.CustomID) > maxCustomID:
		return fault("invalid_custom_id", "custom_id", "A custom_id has at most %d bytes.", maxCustomID)
	case seen[*a.CustomID]:
		return fault("duplicate_custom_id", "custom_id", "The custom_id %q was used in another line. Each line needs its own.", *a.CustomID)
	case a.Method != http.MethodPost:
		return fault("invalid_method", "method", "The method must be POST.")
	case a.URL != endpoint:
		return fault("mismatched_endpoint", "url", "The url must be the batch's endpoint, %s.", endpoint)
	case len(a.Body) == 0 || a.Body[0] != '{' || json.Unmarshal(a.Body, &body) != nil:
		return fault("invalid_body", "body", "The body must be the JSON object of a request to %s.", endpoint)
	case body.Stream:
		return fault("stream_in_batch", "body.stream", "A batch's answers cannot be streams.")
	}
	seen[*a.CustomID] = true
	return nil
}

// check looks at all lines. It returns how many there are, and what is wrong.
func (in *input) check(endpoint string) (n int, faults []Fault, err error) {
	seen := map[string]bool{}
	for len(faults) < maxFaults {
		l, err := in.read()
		switch {
		case errors.Is(err, io.EOF) && n == 0:
			return 0, append(faults, Fault{Kind: "empty_file", Message: "The input file has no lines."}), nil
		case errors.Is(err, io.EOF):
			return n, faults, nil
		case errors.Is(err, errLong):
			at := l.at + 1
			return n, append(faults, Fault{Kind: "line_too_long", Line: &at, Message: fmt.Sprintf("A line has at most %d bytes.", maxLine)}), nil
		case err != nil:
			return n, nil, err
		}
		if n++; n > maxLines {
			return n, append(faults, Fault{Kind: "too_many_lines", Message: fmt.Sprintf("A batch has at most %d lines.", maxLines)}), nil
		}
		if f := l.check(endpoint, seen); f != nil {
			faults = append(faults, *f)
		}
	}
	return n, faults, nil
}
