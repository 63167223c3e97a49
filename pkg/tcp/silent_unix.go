//go:build unix && !linux

package tcp

import "golang.org/x/sys/unix"

// Silent says whether nothing has come in on a socket that nobody is reading: no
// byte, no close, no error. It takes nothing from it. fd is what a
// syscall.RawConn's Control has lent.
func Silent(fd uintptr) bool {
	var b [1]byte
	for {
		_, _, err := unix.Recvfrom(int(fd), b[:], unix.MSG_DONTWAIT|unix.MSG_PEEK)
		if err != unix.EINTR {
			return err == unix.EAGAIN
		}
	}
}
