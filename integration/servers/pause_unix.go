//go:build unix

package servers

import (
	"syscall"
	"testing"
)

// Pause stops the server where it stands: it keeps its connections, and answers
// nothing until [Server.Resume].
func (s *Server) Pause(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGSTOP)
}

// Resume lets a paused server go on.
func (s *Server) Resume(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGCONT)
}
