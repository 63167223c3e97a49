// Hot path: nothing here allocates but ReadAll for dst.

package upstream

import (
	"errors"
	"io"
	"slices"
	"time"
)

// body is where the reading of one answer stands.
type body struct {
	framing framing
	chunk   chunkStage
	left    int64 // bytes to come of the body, or of the current chunk
	trailer int   // bytes of trailer fields skipped so far
	err     error // a fault found behind bytes that are still to be handed out
	inflate *inflater

	searched int // bytes of the head in the buffer that hold no end
	interim  int // bytes of interim heads skipped
}

// framing is how the end of a body is known.
type framing uint8

const (
	notBegun framing = iota // the head has not been read
	byLength
	byChunks
	byClose
	hasEnded
	closeEnded // was byClose, and the provider has closed
)

// ended says whether the clean end has been reached, with nothing left to decode.
func (b *body) ended() bool {
	return b.framing == hasEnded && (b.inflate == nil || b.inflate.finished == io.EOF)
}

func (b *body) stopInflating() {
	if b.inflate != nil {
		b.inflate.stop()
	}
}

// beginBody takes from h how the body ends and whether it is encoded.
func (c *Conn) beginBody(h *Head) error {
	b := &c.body
	c.keepAlive = h.KeepAlive
	switch {
	case h.Status == 204 || h.Status == 304 || h.ContentLength == 0:
		b.framing = hasEnded
		return nil
	case h.Chunked:
		b.framing = byChunks
	case h.ContentLength > 0:
		b.framing, b.left = byLength, h.ContentLength
	default:
		b.framing = byClose
	}
	encoding := h.Get("content-encoding")
	if len(encoding) == 0 || equalFold(encoding, "identity") {
		return nil
	}
	return c.beginInflating(encoding)
}

// Next returns the next bytes of the body: all that are buffered, or if there
// are none, what the next read brings. They are borrowed from the connection
// until the next call on it. Content encodings are undone.
//
// io.EOF is the clean end: the length reached, the last chunk read, or, if the
// head said neither, the connection closed (see CloseDelimited). A body that
// breaks off is io.ErrUnexpectedEOF. After os.ErrDeadlineExceeded Next may be
// called again, and nothing is lost. Other errors: ErrCut, ErrChunk,
// ErrEncoding, ErrBodyTooLarge, the network's.
func (c *Conn) Next(until time.Time) ([]byte, error) {
	if c.body.inflate != nil {
		return c.body.inflate.read(until)
	}
	return c.nextRaw(until)
}

// CloseDelimited says whether the body's end was nothing but the provider's
// closing the connection: whether it is whole, only its content can tell.
func (c *Conn) CloseDelimited() bool { return c.body.framing == closeEnded }

// nextRaw is Next without the undoing of content encodings.
func (c *Conn) nextRaw(until time.Time) ([]byte, error) {
	for {
		if p, err := c.take(); len(p) > 0 || err != nil {
			return p, err
		}
		if err := c.fill(until); err != nil {
			return nil, c.bodyError(err)
		}
	}
}

// take returns what the buffer holds of the body; nothing if more must be read.
func (c *Conn) take() ([]byte, error) {
	b := &c.body
	if b.err != nil {
		return nil, b.err
	}
	switch b.framing {
	case byLength:
		p := c.buf[c.r:min(c.w, c.r+int(min(b.left, int64(len(c.buf)))))]
		c.r += len(p)
		c.consume(int64(len(p)))
		return p, nil
	case byChunks:
		return c.takeChunks()
	case byClose:
		p := c.buf[c.r:c.w]
		c.r = c.w
		return p, nil
	case hasEnded, closeEnded:
		return nil, io.EOF
	default:
		return nil, errNoHead
	}
}

var errNoHead = errors.New("upstream: body read before the head")

// consume counts n bytes of a body of known length.
func (c *Conn) consume(n int64) {
	if c.body.left -= n; c.body.left == 0 {
		c.body.framing = hasEnded
	}
}

// bodyError says what an error of fill means within the body.
func (c *Conn) bodyError(err error) error {
	if !errors.Is(err, io.EOF) {
		return err
	}
	if c.body.framing == byClose {
		c.body.framing = closeEnded
		return io.EOF
	}
	return io.ErrUnexpectedEOF
}

// readStep is how far dst grows ahead of the bytes that have come: a provider
// that announces much and sends little costs little.
const readStep = 1 << 20

// ReadAll appends the whole body to dst, up to limit bytes, and returns it with
// what it has when it fails: ErrBodyTooLarge for a longer body, or an error of
// Next. After os.ErrDeadlineExceeded it may be called again with the dst it
// returned; limit is then for what is left.
func (c *Conn) ReadAll(dst []byte, limit int, until time.Time) ([]byte, error) {
	end := len(dst) + limit
	if c.body.framing == byLength && c.body.inflate == nil {
		if c.body.left > int64(limit) {
			return dst, ErrBodyTooLarge
		}
		return c.readLength(dst, until)
	}
	for {
		p, err := c.Next(until)
		if err != nil {
			if err == io.EOF {
				err = nil
			}
			return dst, err
		}
		if len(dst)+len(p) > end {
			return dst, ErrBodyTooLarge
		}
		dst = append(dst, p...)
	}
}

// readLength reads a body of known length, past the buffer straight into dst.
func (c *Conn) readLength(dst []byte, until time.Time) ([]byte, error) {
	dst = slices.Grow(dst, int(min(c.body.left, readStep)))
	p, _ := c.take()
	dst = append(dst, p...)
	for c.body.framing == byLength {
		room := int(min(c.body.left, readStep))
		dst = slices.Grow(dst, room)
		n, err := c.read(dst[len(dst):len(dst)+room], until)
		dst = dst[:len(dst)+n]
		if err != nil {
			return dst, c.bodyError(err)
		}
		c.consume(int64(n))
	}
	return dst, nil
}
