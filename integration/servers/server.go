package servers

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/ports"
)

// Server is a server that runs for one test.
type Server struct {
	port    int
	command func(port int) *exec.Cmd
	ready   func(ctx context.Context) error // nil once it serves
	ask     os.Signal                       // how it is asked to stop

	process *os.Process
	exited  chan struct{}
	log     bytes.Buffer
}

// patience is how long a server may take to start, or to stop.
const patience = 30 * time.Second

// begin starts s on a free port, and has it ended with the test. Where no port can be
// kept for it another process may take it first, so it is tried again.
func begin(t testing.TB, s *Server) {
	t.Helper()
	t.Cleanup(func() {
		s.end(syscall.SIGKILL)
		if t.Failed() {
			t.Logf("the server's log:\n%s", s.log.String())
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

// Start starts the server again, as it was before [Server.Stop] or [Server.Kill].
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if err := s.start(); err != nil {
		t.Fatalf("start the server again: %v", err)
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

func (s *Server) start() error {
	cmd := s.command(s.port)
	cmd.Stdout, cmd.Stderr = &s.log, &s.log
	endWithParent(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		cmd.Wait() //nolint:errcheck // whatever it ended with, it has ended
	}()
	s.process, s.exited = cmd.Process, exited
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for s.ready(ctx) != nil {
		select {
		case <-exited:
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
func (s *Server) end(how os.Signal) bool {
	if s.process == nil {
		return true
	}
	s.process.Signal(how) //nolint:errcheck // it fails when the server has ended already
	select {
	case <-s.exited:
		return true
	case <-time.After(patience):
		return false
	}
}
