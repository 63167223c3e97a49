//go:build unix

package servers

import (
	"syscall"
	"testing"
)

// Pause stops the server where it stands: it keeps its connections, and answers
// nothing until [Server.Resume].
func (s *Server) Pause(t testing.TB) { s.signal(t, syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (s *Server) Resume(t testing.TB) { s.signal(t, syscall.SIGCONT) }

func (s *Server) signal(t testing.TB, signal syscall.Signal) {
	t.Helper()
	if err := s.process.Signal(signal); err != nil {
		t.Fatalf("signal the server: %v", err)
	}
}
