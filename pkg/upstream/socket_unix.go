//go:build unix

package upstream

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// socket asks the kernel about a connection. A connection without a file
// descriptor (in memory) has no answers: it is never touched and always seen.
type socket struct {
	raw  syscall.RawConn
	poll [1]unix.PollFd
	look func(fd uintptr) // bound once, so that asking allocates nothing
}

func (s *socket) init(c net.Conn) {
	for {
		if sc, ok := c.(syscall.Conn); ok {
			s.raw, _ = sc.SyscallConn()
			s.look = s.pollOnce
			return
		}
		under, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return
		}
		c = under.NetConn()
	}
}

func (s *socket) pollOnce(fd uintptr) {
	s.poll[0] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN}
	// A poll that fails leaves Revents zero: the connection is then taken for good.
	_, _ = unix.Poll(s.poll[:], 0)
}

// touched says whether the peer has done anything on an idle connection: closed
// it, or sent bytes that nobody asked for. Both make it unfit for a request.
func (c *Conn) touched() bool {
	s := &c.socket
	if s.raw == nil {
		return false
	}
	if err := s.raw.Control(s.look); err != nil {
		return true
	}
	return s.poll[0].Revents != 0
}
