package upstream

import "golang.org/x/sys/unix"

// unseen says whether the peer's kernel has acknowledged none of the last n
// bytes written. TLS writes more bytes than it is given, which cannot make a
// wrong yes: while fewer bytes than its framing are acknowledged, not one record
// can have been opened.
func (s *socket) unseen(n int) bool {
	if s.raw == nil || n == 0 {
		return false
	}
	unacknowledged := 0
	var failed error
	err := s.raw.Control(func(fd uintptr) {
		unacknowledged, failed = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ)
	})
	return err == nil && failed == nil && unacknowledged >= n
}
