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
