// Hot path: nothing here allocates for a head that fits the connection's buffer.

package upstream

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

var headEnd = []byte("\r\n\r\n")

// ReadHead reads the answer's head into h and makes the body ready to be read.
// Interim answers (1xx) are skipped. The request must not have been a HEAD, whose
// answer announces a body that does not come. After os.ErrDeadlineExceeded it may be
// called again. Other errors are ErrCut, ErrStale, ErrHead, ErrHeadTooLarge,
// ErrEncoding, io.ErrUnexpectedEOF when the provider closed the connection before
// the head was whole, and the network's.
//
// ErrStale means that the request may be sent again at once, for it is certain
// that the provider has not seen it: the connection had been used before, no
// byte of an answer came, the provider closed it in order (no reset), and its
// kernel had not acknowledged one byte of the request when that close was sent,
// as the count of unacknowledged bytes shows. A provider that reads a request
// and then hangs up has acknowledged it, and that stays ambiguous. Where the
// count cannot be had (not Linux, not a TCP socket), nothing is called stale.
func (c *Conn) ReadHead(h *Head, until time.Time) error {
	for {
		text, err := c.headText(until)
		if err != nil {
			return err
		}
		if err := h.parse(text); err != nil {
			c.broken = true
			return err
		}
		c.r += len(text)
		if h.Status >= 200 {
			return c.beginBody(h)
		}
		if h.Status == 101 {
			c.broken = true
			return fmt.Errorf("%w: a change of protocol that nobody asked for", ErrHead)
		}
		c.body.interim += len(text)
	}
}

// headText returns the next whole head in the buffer, its empty line included,
// without consuming it.
func (c *Conn) headText(until time.Time) ([]byte, error) {
	for {
		// The end may straddle what has been searched already by three bytes.
		from := c.r + max(0, c.body.searched-3)
		if i := bytes.Index(c.buf[from:c.w], headEnd); i >= 0 {
			c.body.searched = 0
			return c.buf[c.r : from+i+len(headEnd)], nil
		}
		c.body.searched = c.w - c.r
		if c.body.interim+c.body.searched >= c.origin.maxHeader {
			c.broken = true
			return nil, ErrHeadTooLarge
		}
		err := c.fill(until)
		if errors.Is(err, errFull) {
			c.grow()
			continue
		}
		if err != nil {
			return nil, noAnswer(err)
		}
	}
}

// grow doubles the buffer for a head that does not fit; Release takes it back.
func (c *Conn) grow() {
	bigger := make([]byte, 2*len(c.buf))
	c.w = copy(bigger, c.buf[c.r:c.w])
	c.r = 0
	c.buf = bigger
}
