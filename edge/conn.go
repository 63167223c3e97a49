package edge

// Hot path.

import (
	"io"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/tcp"
)

// conn is an accepted connection. It reads ahead: the server, which is told to
// hold no buffer for a connection that waits, asks for the first byte of each
// request by itself, and that byte must not cost a system call of its own. What
// came along with it is handed out next.
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

	ahead *[aheadBytes]byte // nil when nothing has been read ahead
	r, w  int               // what is left of it is ahead[r:w]

	patience time.Duration // for writeStep bytes to be taken
	unmoved  int           // bytes written since the write deadline was moved

	linger atomic.Bool
	closed atomic.Bool
}

// aheadBytes is enough for the head of a request and a short body. Of a long one
// the rest goes straight to where the server wants it.
const aheadBytes = 4 << 10

var aheads = sync.Pool{New: func() any { return new([aheadBytes]byte) }}

// Read implements net.Conn.
func (c *conn) Read(p []byte) (n int, err error) {
	if c.ahead == nil {
		if len(p) != 1 {
			return c.Conn.Read(p)
		}
		c.ahead = aheads.Get().(*[aheadBytes]byte)
		c.r = 0
		c.w, err = c.Conn.Read(c.ahead[:])
	}
	n = copy(p, c.ahead[c.r:c.w])
	if c.r += n; c.r == c.w {
		aheads.Put(c.ahead)
		c.ahead = nil
	}
	return n, err
}

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
