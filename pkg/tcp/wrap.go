package tcp

import "net"

// Wrap makes a [Conn] of c if it is a connection of net's by TCP, and returns
// any other as it is.
func Wrap(c net.Conn) net.Conn {
	if t, ok := c.(*net.TCPConn); ok {
		return New(t)
	}
	return c
}
