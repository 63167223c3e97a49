// Hot path: nothing here allocates once a connection is there to be reused.

package upstream

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/tcp"
)

// Send writes a request: head, up to and with its empty line, and the pieces of
// the body. sent is false only if no byte of it was written, so that it is safe
// to send it elsewhere. All is borrowed until Send returns. The errors are
// ErrCut, os.ErrDeadlineExceeded and the network's.
func (c *Conn) Send(until time.Time, head []byte, pieces ...[]byte) (sent bool, err error) {
	total := len(head)
	for _, p := range pieces {
		total += len(p)
	}
	if total <= len(c.buf) {
		// There is no answer to read yet, so its buffer is free to gather a small request.
		n := copy(c.buf, head)
		for _, p := range pieces {
			n += copy(c.buf[n:], p)
		}
		err = c.write(c.buf[:n], until)
	} else {
		err = c.sendLarge(until, head, pieces)
	}
	return c.wrote > 0, err
}

// SendMore writes more of the body of the request that Send began. p is borrowed
// until it returns; the errors are those of Send.
func (c *Conn) SendMore(until time.Time, p []byte) error { return c.write(p, until) }

func (c *Conn) sendLarge(until time.Time, head []byte, pieces [][]byte) error {
	if wire, plain := c.wire.(*tcp.Conn); plain {
		return c.sendVector(until, wire, head, pieces)
	}
	// TLS makes a record of each write, so small pieces are gathered first.
	n := copy(c.buf, head)
	if n < len(head) {
		if err := c.write(head, until); err != nil {
			return err
		}
		n = 0
	}
	for _, p := range pieces {
		if n+len(p) <= len(c.buf) {
			n += copy(c.buf[n:], p)
			continue
		}
		if err := c.write(c.buf[:n], until); err != nil {
			return err
		}
		n = 0
		if err := c.write(p, until); err != nil {
			return err
		}
	}
	return c.write(c.buf[:n], until)
}

func (c *Conn) sendVector(until time.Time, wire *tcp.Conn, head []byte, pieces [][]byte) error {
	c.parts = append(append(c.parts[:0], head), pieces...)
	c.vec = c.parts
	defer func() {
		clear(c.parts)
		c.vec = nil
	}()
	for {
		c.armWrite(until)
		n, err := wire.WriteBuffers(&c.vec)
		c.wrote += int(n)
		if err == nil {
			return nil
		}
		if err = c.writeError(err, until); err != nil {
			return err
		}
	}
}

func (c *Conn) write(p []byte, until time.Time) error {
	for len(p) > 0 {
		c.armWrite(until)
		n, err := c.wire.Write(p)
		c.wrote += n
		p = p[n:]
		if err == nil {
			continue
		}
		if err = c.writeError(err, until); err != nil {
			return err
		}
	}
	return nil
}

// writeError returns nil if it was only an old deadline that ended the write and
// the rest may be written now.
func (c *Conn) writeError(err error, until time.Time) error {
	if timedOut(err) && !c.cut.Fired() && !passed(until) {
		c.writeBy = until
		c.raw.SetWriteDeadline(until)
		return nil
	}
	c.cutShort = true
	return c.reason(err)
}
