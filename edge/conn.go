package edge

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

// listener wraps accepted connections in [conn].
type listener struct{ net.Listener }

// Accept implements net.Listener.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		return &conn{TCPConn: tcp}, nil
	}
	return c, nil
}

// conn is a TCP connection that can be closed without losing the answer that
// was written last: closing a socket with unread bytes resets it, and the peer,
// still sending a body that was refused, would see the reset and not the reason.
type conn struct {
	*net.TCPConn
	linger atomic.Bool
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
		_, _ = io.CopyN(io.Discard, c.TCPConn, lingerBytes)
	}
	return c.TCPConn.Close()
}
