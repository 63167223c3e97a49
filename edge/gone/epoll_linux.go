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
	epoll int
	// file is epoll as Go's own poller sees it: the goroutine that waits for
	// events is parked there and holds no thread, and closing it wakes it.
	file *os.File
	done sync.WaitGroup
}

// watched is a slot's system part: nothing, the kernel keeps it.
type watched struct{}

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
	w := &Watcher{epoll: fd, file: os.NewFile(uintptr(fd), "epoll")}
	w.slots.init = func(s *slot) { s.control = func(fd uintptr) { w.register(s, int(fd)) } }
	raw, err := w.file.SyscallConn()
	if err != nil {
		w.file.Close()
		return nil, fmt.Errorf("gone: poll epoll instance: %w", err)
	}
	w.done.Go(func() { w.run(raw) })
	return w, nil
}

// Close ends the watcher. Watches that are still on are never called; their Stop
// remains to be called, and Watch after Close watches nothing.
func (w *Watcher) Close() error {
	err := w.file.Close()
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
func (w *Watcher) register(s *slot, fd int) {
	event := unix.EpollEvent{
		Events: unix.EPOLLRDHUP | unix.EPOLLONESHOT,
		Fd:     int32(s.number),
		Pad:    int32(s.generation),
	}
	err := unix.EpollCtl(w.epoll, unix.EPOLL_CTL_MOD, fd, &event)
	if err == unix.ENOENT {
		err = unix.EpollCtl(w.epoll, unix.EPOLL_CTL_ADD, fd, &event)
	}
	_ = err // no memory, or too many watches: the call goes on unwatched
}

// run waits for events until the file is closed.
func (w *Watcher) run(raw syscall.RawConn) {
	events := make([]unix.EpollEvent, 128)
	// The error says that the file is closed.
	_ = raw.Read(func(uintptr) (stop bool) {
		for {
			n, err := unix.EpollWait(w.epoll, events, 0)
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
