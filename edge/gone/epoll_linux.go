//go:build !gonepoll

package gone

import (
	"fmt"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Watcher watches connections. Safe for concurrent use.
type Watcher struct {
	slots slots
	// epoll is known to Go's own poller: the goroutine that waits for events is
	// parked there and holds no thread, closing it wakes the goroutine, and no
	// system call can hit another file that got its number later.
	epoll *os.File
	raw   syscall.RawConn // epoll's
	done  sync.WaitGroup
}

// watched is a slot's system part: what the next registration is about, and the
// two functions that make it, bound once for all so that a watch allocates none.
type watched struct {
	fd           int
	control      func(fd uintptr)
	epollControl func(epoll uintptr)
}

// New starts a watcher; Close ends it.
func New() (*Watcher, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("gone: create epoll instance: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("gone: make epoll instance non-blocking: %w", err)
	}
	w := &Watcher{epoll: os.NewFile(uintptr(fd), "epoll")}
	if w.raw, err = w.epoll.SyscallConn(); err != nil {
		w.epoll.Close()
		return nil, fmt.Errorf("gone: poll epoll instance: %w", err)
	}
	w.slots.init = func(s *slot) {
		s.epollControl = s.register
		s.control = func(fd uintptr) {
			s.fd = int(fd)
			_ = w.raw.Control(s.epollControl) // it fails only after Close
		}
	}
	w.done.Go(w.run)
	return w, nil
}

// Close ends the watcher. Watches that are still on are never called; their Stop
// remains to be called, and Watch after Close watches nothing.
func (w *Watcher) Close() error {
	err := w.epoll.Close()
	w.done.Wait()
	return err
}

// begin asks the kernel to tell of the connection's end. s is locked.
func (s *slot) begin(raw syscall.RawConn) {
	// It fails only for a connection that is closed, which its user will see.
	_ = raw.Control(s.control)
}

// end leaves the connection registered: its one event, if it still comes, is of
// an old generation and is ignored, and the next watch on it costs one system
// call rather than two. The kernel forgets it when it is closed.
func (s *slot) end() {}

// register arms the connection's one event, which carries the slot and its
// generation. The kernel looks at the connection as it does so, so that a client
// which has left already is noticed too.
func (s *slot) register(epoll uintptr) {
	event := unix.EpollEvent{
		Events: unix.EPOLLRDHUP | unix.EPOLLONESHOT,
		Fd:     int32(s.number),
		Pad:    int32(s.generation),
	}
	// If the kernel has no room for another watch, the call goes on unwatched.
	if unix.EpollCtl(int(epoll), unix.EPOLL_CTL_MOD, s.fd, &event) == unix.ENOENT {
		_ = unix.EpollCtl(int(epoll), unix.EPOLL_CTL_ADD, s.fd, &event)
	}
}

// run waits for events until Close.
func (w *Watcher) run() {
	events := make([]unix.EpollEvent, 128)
	// The error says that the instance is closed.
	_ = w.raw.Read(func(epoll uintptr) (stop bool) {
		for {
			n, err := unix.EpollWait(int(epoll), events, 0)
			if err == unix.EINTR {
				continue
			}
			if n <= 0 {
				return false
			}
			for _, e := range events[:n] {
				w.slots.at(uint32(e.Fd)).fire(uint32(e.Pad))
			}
		}
	})
}
