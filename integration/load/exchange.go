package load

import (
	"bytes"
	"fmt"
)

// Exchange is a request and what its answer must be.
type Exchange struct {
	Request []byte
	Want    Want
}

// Want is how a right answer is known.
type Want struct {
	Holds  string // somewhere in the body
	End    string
	Events int // of a stream, at least
}

// Check reports what is wrong with an answer.
func (w *Want) Check(status int, body []byte) error {
	switch {
	case status != 200:
		return fmt.Errorf("status %d: %.300s", status, body)
	case !bytes.HasSuffix(body, []byte(w.End)):
		return fmt.Errorf("answer ends in %q, not %q", body[max(0, len(body)-80):], w.End)
	case !bytes.Contains(body, []byte(w.Holds)):
		return fmt.Errorf("answer does not hold %q: %.300s", w.Holds, body)
	case w.Events > 0 && bytes.Count(body, []byte("data: ")) < w.Events:
		return fmt.Errorf("%d events, not %d", bytes.Count(body, []byte("data: ")), w.Events)
	}
	return nil
}
