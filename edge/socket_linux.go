package edge

import (
	"net"

	"golang.org/x/sys/unix"
)

// maxUnsent is how much of an answer waits in the kernel for a caller that does
// not take it. What is on its way is not counted, so a fast caller loses nothing.
const maxUnsent = 128 << 10

// boundUnsent makes a write wait when the caller does not take what was written
// before. Without it the kernel would hold megabytes for each slow caller.
func boundUnsent(c *net.TCPConn) {
	raw, err := c.SyscallConn()
	if err != nil {
		return // closed already; whoever uses it will see that
	}
	_ = raw.Control(func(fd uintptr) {
		// Without the option the connection works all the same.
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, maxUnsent)
	})
}

// noNewcomers is a socket filter that drops a packet which begins a connection.
var noNewcomers = [...]unix.SockFilter{
	{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: 13},                   // the flags of the TCP header
	{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: 0x02, Jt: 0, Jf: 1}, // SYN?
	{Code: unix.BPF_RET | unix.BPF_K, K: 0},
	{Code: unix.BPF_RET | unix.BPF_K, K: 1 << 30},
}

// stopArrivals lets a listening socket take no new connections, while those that
// are being made come to be. A newcomer's kernel tries again a second later, and
// is refused then.
func stopArrivals(ln *net.TCPListener) bool {
	raw, err := ln.SyscallConn()
	if err != nil {
		return false
	}
	program := unix.SockFprog{Len: uint16(len(noNewcomers)), Filter: &noNewcomers[0]}
	stopped := false
	err = raw.Control(func(fd uintptr) {
		stopped = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &program) == nil
	})
	return err == nil && stopped
}

// hasArrivals says whether a connection has been made that nobody has taken yet.
func hasArrivals(ln *net.TCPListener) (has bool) {
	raw, err := ln.SyscallConn()
	if err != nil {
		return false
	}
	err = raw.Control(func(fd uintptr) {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
		has = err == nil && n > 0
	})
	return err == nil && has
}
