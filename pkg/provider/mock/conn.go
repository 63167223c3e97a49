package mock

import (
	"errors"
	"net"
	"os"
	"time"

	"github.com/valyala/fasthttp/fasthttputil"
)

// listener hands out connections that can watch their client.
type listener struct {
	net.Listener
	server *Server
}

func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if own := l.server.adopt(c); own != nil {
			return own, nil
		}
	}
}

// adopt takes a connection into the server's care; nil if that is closed.
func (s *Server) adopt(c net.Conn) *conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = c.Close()
		return nil
	}
	own := &conn{Conn: c, server: s}
	s.conns[own] = struct{}{}
	return own
}

// conn is a client's connection. It is used by one goroutine at a time, but for
// Close.
type conn struct {
	net.Conn
	server  *Server
	early   byte // first byte of a next request that came during a wait
	isEarly bool
	gone    bool // the client has left, or was cut off, and that is counted
}

func (c *conn) Read(p []byte) (int, error) {
	if c.isEarly && len(p) > 0 {
		c.isEarly = false
		p[0] = c.early
		return 1, nil
	}
	return c.Conn.Read(p)
}

// Write notes that a client has left.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if err != nil {
		c.left()
	}
	return n, err
}

// Close is fasthttp's last act on a connection.
func (c *conn) Close() error {
	s := c.server
	s.mu.Lock()
	delete(s.conns, c)
	if len(s.conns) == 0 {
		s.empty.Broadcast()
	}
	s.mu.Unlock()
	return c.Conn.Close()
}

// wait lets d pass, or for ever if d is negative, and reports whether the client
// is still there. Waiting is reading with a deadline: so a client that leaves is
// noticed at once, without a goroutine that watches. A client that half-closes
// its connection is taken for one that left.
func (c *conn) wait(d time.Duration) bool {
	if c.gone {
		return false
	}
	if d == 0 {
		return true
	}
	var end time.Time
	if d > 0 {
		end = time.Now().Add(d)
	}
	if c.isEarly { // nothing more can be learnt by reading
		return c.server.sleep(max(d, 0))
	}
	var b [1]byte
	if err := c.Conn.SetReadDeadline(end); err != nil {
		c.left()
		return false
	}
	n, err := c.Conn.Read(b[:])
	_ = c.Conn.SetReadDeadline(time.Time{}) // a closed connection shows at the next write
	if n == 1 {
		c.early, c.isEarly = b[0], true
		return c.wait(max(time.Until(end), 0))
	}
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, fasthttputil.ErrTimeout) {
		return true
	}
	c.left()
	return false
}

// left counts a client's leaving once, unless it was us who hung up.
func (c *conn) left() {
	if c.gone {
		return
	}
	c.gone = true
	c.server.mu.Lock()
	closed := c.server.closed
	c.server.mu.Unlock()
	if !closed {
		c.server.aborted.Add(1)
	}
}

// sever hangs up: by a reset where the transport has one and reset is asked
// for, else by an ordinary end.
func (c *conn) sever(reset bool) {
	c.gone = true
	if tcp, ok := c.Conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0) // fails only if it is closed already
	}
	_ = c.Conn.Close()
}
