package edge

// Hot path.

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/tcp"
)

// listener wraps accepted connections in [conn].
type listener struct{ net.Listener }

// Accept implements net.Listener.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if t, ok := c.(*net.TCPConn); ok {
		return &conn{Conn: tcp.New(t)}, nil
	}
	return c, nil
}

// conn is an accepted connection. It reads ahead: the server, which is told to
// hold no buffer for a connection that waits, asks for the first byte of each
// request by itself, and that byte must not cost a system call of its own. What
// came along with it is handed out next.
//
// And it can be closed without losing the answer that was written last: closing
// a socket with unread bytes resets it, and the peer, still sending a body that
// was refused, would see the reset and not the reason.
type conn struct {
	*tcp.Conn
	ahead  *[aheadBytes]byte // nil when nothing has been read ahead
	r, w   int               // what is left of it is ahead[r:w]
	linger atomic.Bool
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
)

// Close implements net.Conn.
func (c *conn) Close() error {
	if c.linger.Load() {
		_ = c.CloseWrite() // an error here means that the peer has gone
		_ = c.SetReadDeadline(time.Now().Add(lingerTime))
		_, _ = io.CopyN(io.Discard, c.Conn, lingerBytes)
	}
	return c.Conn.Close()
}
