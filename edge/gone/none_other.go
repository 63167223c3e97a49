//go:build !unix

package gone

import "syscall"

// Watcher watches nothing on this system: a client that has left is noticed when
// something is written to it.
type Watcher struct{ slots slots }

type watched struct{}

// New returns a watcher.
func New() (*Watcher, error) {
	w := &Watcher{}
	w.slots.init = func(*slot) {}
	return w, nil
}

// Close does nothing.
func (w *Watcher) Close() error { return nil }

func (s *slot) begin(syscall.RawConn) {}

func (s *slot) end() {}
