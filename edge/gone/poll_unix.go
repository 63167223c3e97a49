//go:build unix && (!linux || gonepoll)

package gone

import (
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// pollEvery is how often the watched connections are looked at.
const pollEvery = 50 * time.Millisecond

// Watcher watches connections. Safe for concurrent use.
type Watcher struct {
	slots slots
	stop  chan struct{}
	once  sync.Once
	done  sync.WaitGroup
}

// watched is a slot's system part: the connection to look at.
type watched struct{ raw syscall.RawConn }

// New starts a watcher; Close ends it.
func New() (*Watcher, error) {
	w := &Watcher{stop: make(chan struct{})}
	w.slots.init = func(*slot) {}
	w.done.Go(w.run)
	return w, nil
}

// Close ends the watcher. Watches that are still on are never called; their Stop
// remains to be called, and Watch after Close watches nothing.
func (w *Watcher) Close() error {
	w.once.Do(func() { close(w.stop) })
	w.done.Wait()
	return nil
}

func (s *slot) begin(raw syscall.RawConn) { s.raw = raw }

func (s *slot) end() { s.raw = nil }

func (w *Watcher) run() {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	var all []*slot
	for {
		select {
		case <-w.stop:
			return
		case <-ticker.C:
		}
		w.slots.mu.Lock()
		all = append(all[:0], w.slots.all...)
		w.slots.mu.Unlock()
		for _, s := range all {
			s.look()
		}
	}
}

// look calls left if the watched connection's peer has left. It cannot see that
// behind bytes that the peer sent ahead and nobody has read.
func (s *slot) look() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.raw == nil || s.called {
		return
	}
	closed := false
	err := s.raw.Control(func(fd uintptr) {
		var b [1]byte
		n, _, err := unix.Recvfrom(int(fd), b[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		closed = n == 0 && err == nil || err != nil && err != unix.EAGAIN && err != unix.EINTR
	})
	if closed || err != nil {
		s.called = true
		s.left()
	}
}
