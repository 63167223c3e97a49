package edge

// Hot path.

import (
	"io"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/tcp"
)

// conn is an accepted connection. The first read of a request takes no more than
// most requests have, though the server's buffer, which must hold the largest head,
// has more room: what follows of a long body then goes straight to its place
// rather than through that buffer, and most of the buffer is never touched.
//
// It gives its caller up only when the caller takes nothing more for a while, not
// when it takes long for the whole.
//
// And it can be closed without losing the answer that was written last: closing
// a socket with unread bytes resets it, and the peer, still sending a body that
// was refused, would see the reset and not the reason.
type conn struct {
	*tcp.Conn
	from *listener
	ip   netip.Addr

	within bool // a request: some of it has been read

	patience time.Duration // for writeStep bytes to be taken
	unmoved  int           // bytes written since the write deadline was moved

	linger atomic.Bool
	closed atomic.Bool
}

// firstRead has room for a head and for what the server takes of a body before it
// hands the request over, which is 8 KB.
const firstRead = 10 << 10

// Read implements net.Conn.
func (c *conn) Read(p []byte) (n int, err error) {
	if !c.within {
		c.within = true
		p = p[:min(len(p), firstRead)]
	}
	return c.Conn.Read(p)
}

// answered ends a request: what is read next is the beginning of another.
func (c *conn) answered() { c.within = false }

const (
	lingerTime  = 2 * time.Second
	lingerBytes = 16 << 20

	// writeStep is what a caller must take within the write timeout.
	writeStep = 64 << 10
)

// Write implements net.Conn.
func (c *conn) Write(p []byte) (n int, err error) {
	for {
		step := p[n:min(len(p), n+writeStep)]
		if c.unmoved += len(step); c.unmoved >= writeStep {
			c.unmoved = 0
			if err := c.SetWriteDeadline(time.Now().Add(c.patience)); err != nil {
				return n, err
			}
		}
		m, err := c.Conn.Write(step)
		if n += m; err != nil || n == len(p) {
			return n, err
		}
	}
}

// Close implements net.Conn.
func (c *conn) Close() error {
	if c.closed.CompareAndSwap(false, true) {
		defer c.from.leave(c.ip)
	}
	if c.linger.Load() {
		_ = c.SetReadDeadline(time.Now().Add(lingerTime))
		endAndDrain(c.Conn, lingerBytes)
	}
	return c.Conn.Close()
}

// endAndDrain ends the sending side and reads what the peer still sends, so that
// it comes to read what it was sent. Errors mean that the peer has gone.
func endAndDrain(c halfCloser, most int64) {
	_ = c.CloseWrite()
	_, _ = io.CopyN(io.Discard, c, most)
}

type halfCloser interface {
	io.Reader
	CloseWrite() error
}
