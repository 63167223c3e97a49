//go:build unix

package upstream

import (
	"net"
	"syscall"

	"github.com/asbru-gateway/asbru/pkg/tcp"
)

// socket asks the kernel about a connection. A connection without a file
// descriptor (in memory) has no answers: it is never touched and always seen.
type socket struct {
	raw    syscall.RawConn
	silent bool
	look   func(fd uintptr) // bound once, so that asking allocates nothing
}

func (s *socket) init(c net.Conn) {
	for {
		if sc, ok := c.(syscall.Conn); ok {
			s.raw, _ = sc.SyscallConn()
			s.look = func(fd uintptr) { s.silent = tcp.Silent(fd) }
			return
		}
		under, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return
		}
		c = under.NetConn()
	}
}

// touched says whether the peer has done anything on an idle connection: closed
// it, or sent bytes that nobody asked for. Both make it unfit for a request.
func (c *Conn) touched() bool {
	s := &c.socket
	if s.raw == nil {
		return false
	}
	err := s.raw.Control(s.look)
	return err != nil || !s.silent
}
