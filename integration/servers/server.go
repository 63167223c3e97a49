package servers

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/ports"
)

// Server is a server that runs for one test.
type Server struct {
	on    machine
	host  string // where it is reached
	port  int
	ready func(ctx context.Context) error // nil once it serves
	ask   syscall.Signal                  // how it is asked to stop
}

// machine is what a server runs on: a process of this machine, or a container.
type machine interface {
	// start starts the server, also again, with what it has kept.
	start(port int) error
	// ended is closed once the server has ended since its last start; it is nil
	// before the first one.
	ended() <-chan struct{}
	signal(how syscall.Signal) error
	// log is what the server has said. It has ended.
	log() string
}

// patience is how long a server may take to start, or to stop.
const patience = time.Minute

// begin starts s on a free port, and has it ended with the test. Where no port can be
// kept for it another process may take it first, so it is tried again.
func begin(t testing.TB, s *Server) {
	t.Helper()
	t.Cleanup(func() {
		s.end(syscall.SIGKILL)
		if t.Failed() {
			t.Logf("the server's log:\n%s", s.on.log())
		}
	})
	for try := 1; ; try++ {
		s.port = ports.Free(t)
		err := s.start()
		if err == nil {
			return
		}
		if try == 3 {
			t.Fatalf("start a server: %v", err)
		}
	}
}

// Address is the server's host and port.
func (s *Server) Address() string { return fmt.Sprintf("%s:%d", s.host, s.port) }

// Start starts the server again, as it was before [Server.Stop] or [Server.Kill]. It is
// tried again for a while: the children of a killed PostgreSQL hold its memory until
// they find out.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	for until := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		err := s.start()
		if err == nil {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("start the server again: %v", err)
		}
	}
}

// Stop asks the server to stop, and waits until it has.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if !s.end(s.ask) {
		t.Fatal("the server does not stop")
	}
}

// Kill ends the server with no chance to finish anything.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.end(syscall.SIGKILL)
}

func (s *Server) signal(t testing.TB, how syscall.Signal) {
	t.Helper()
	if err := s.on.signal(how); err != nil {
		t.Fatalf("signal the server: %v", err)
	}
}

func (s *Server) start() error {
	if err := s.on.start(s.port); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for s.ready(ctx) != nil {
		select {
		case <-s.on.ended():
			return errors.New("it exited at once")
		case <-ctx.Done():
			s.end(syscall.SIGKILL)
			return errors.New("it is not ready in time")
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// end sends a signal and says whether the server has ended.
func (s *Server) end(how syscall.Signal) bool {
	ended := s.on.ended()
	if ended == nil {
		return true
	}
	s.on.signal(how) //nolint:errcheck // it fails when the server has ended already
	select {
	case <-ended:
		return true
	case <-time.After(patience):
		return false
	}
}
