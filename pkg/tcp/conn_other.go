//go:build !linux

package tcp

import "net"

// Conn is a TCP connection. At any time one goroutine may read from it and one
// may write to it; all other methods are for any number of them.
type Conn struct{ *net.TCPConn }

// New makes a Conn of a connection, which must not be used by itself any more.
func New(t *net.TCPConn) *Conn { return &Conn{t} }

// WriteBuffers writes the buffers of v, many at once, and removes from v what it
// has written, like the WriteTo of net.Buffers.
func (c *Conn) WriteBuffers(v *net.Buffers) (n int64, err error) { return v.WriteTo(c.TCPConn) }
