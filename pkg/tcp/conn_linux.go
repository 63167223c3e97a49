package tcp

// Hot path: a read or a write allocates nothing.

import (
	"io"
	"net"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Conn is a TCP connection. At any time one goroutine may read from it and one
// may write to it; all other methods are for any number of them.
type Conn struct {
	*net.TCPConn
	raw syscall.RawConn
	in  receiving
	out sending
}

// New makes a Conn of a connection, which must not be used by itself any more.
func New(t *net.TCPConn) *Conn {
	c := &Conn{TCPConn: t}
	c.raw, _ = t.SyscallConn() // it fails only for a nil connection
	c.in.step, c.out.step = c.in.receive, c.out.send
	return c
}

// Read implements net.Conn.
func (c *Conn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	in := &c.in
	in.p = p
	err := c.raw.Read(in.step)
	in.p = nil
	switch {
	case err != nil:
		return 0, err
	case in.errno != 0:
		return 0, c.failed("read", "recvfrom", in.errno)
	case in.n == 0:
		return 0, io.EOF
	}
	return in.n, nil
}

// Write implements net.Conn.
func (c *Conn) Write(p []byte) (int, error) {
	c.out.one[0] = p
	n, _, err := c.flush(c.out.one[:])
	return int(n), err
}

// WriteBuffers writes the buffers of v, many at once, and removes from v what it
// has written, like the WriteTo of net.Buffers.
func (c *Conn) WriteBuffers(v *net.Buffers) (n int64, err error) {
	n, *v, err = c.flush(*v)
	return n, err
}

func (c *Conn) flush(v net.Buffers) (n int64, rest net.Buffers, err error) {
	out := &c.out
	out.rest, out.n, out.errno = v, 0, 0
	err = c.raw.Write(out.step)
	if err == nil && out.errno != 0 {
		err = c.failed("write", "sendmsg", out.errno)
	}
	rest, out.rest = out.rest, nil
	return out.n, rest, err
}

func (c *Conn) failed(op, call string, errno syscall.Errno) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: os.NewSyscallError(call, errno)}
}

// receiving is the read that is under way.
type receiving struct {
	p     []byte
	n     int
	errno syscall.Errno
	step  func(fd uintptr) (done bool) // receive, bound once for all reads
}

func (r *receiving) receive(fd uintptr) (done bool) {
	for {
		n, errno := receive(fd, r.p, unix.MSG_DONTWAIT)
		switch errno {
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return false
		}
		r.n, r.errno = n, errno
		return true
	}
}

func receive(fd uintptr, p []byte, flags int) (int, syscall.Errno) {
	n, _, errno := syscall.RawSyscall6(unix.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), uintptr(flags), 0, 0)
	return int(n), errno
}

// sending is the write that is under way.
type sending struct {
	one    [1][]byte // the rest of a Write
	rest   net.Buffers
	vector []unix.Iovec // of rest, its memory kept for the next
	n      int64        // written
	errno  syscall.Errno
	step   func(fd uintptr) (done bool) // send, bound once for all writes
}

func (s *sending) send(fd uintptr) (done bool) {
	for len(s.rest) > 0 {
		n, errno := s.once(fd)
		switch errno {
		case 0:
			s.wrote(n)
		case unix.EINTR:
		case unix.EAGAIN:
			return false
		default:
			s.errno = errno
			return true
		}
	}
	return true
}

// sendFlags: the kernel neither waits nor answers a closed connection with a signal.
const sendFlags = unix.MSG_DONTWAIT | unix.MSG_NOSIGNAL

// maxVector is the kernel's IOV_MAX.
const maxVector = 1024

// once sends what the kernel takes of the rest.
func (s *sending) once(fd uintptr) (int, syscall.Errno) {
	if len(s.rest) == 1 {
		p := s.rest[0]
		n, _, errno := syscall.RawSyscall6(unix.SYS_SENDTO, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), sendFlags, 0, 0)
		return int(n), errno
	}
	s.vector = s.vector[:0]
	for _, p := range s.rest[:min(len(s.rest), maxVector)] {
		v := unix.Iovec{Base: unsafe.SliceData(p)}
		v.SetLen(len(p))
		s.vector = append(s.vector, v)
	}
	message := unix.Msghdr{Iov: unsafe.SliceData(s.vector)}
	message.SetIovlen(len(s.vector))
	n, _, errno := syscall.RawSyscall(unix.SYS_SENDMSG, fd, uintptr(unsafe.Pointer(&message)), sendFlags)
	clear(s.vector)
	return int(n), errno
}

// wrote takes n bytes off the rest.
func (s *sending) wrote(n int) {
	s.n += int64(n)
	for len(s.rest) > 0 && n >= len(s.rest[0]) {
		n -= len(s.rest[0])
		s.rest[0] = nil
		s.rest = s.rest[1:]
	}
	if n > 0 {
		s.rest[0] = s.rest[0][n:]
	}
}
