// Hot path: a watch allocates only the few bytes of net's SyscallConn.

package gone

import (
	"net"
	"sync"
	"syscall"
)

// slot holds one watch after another. Its number and generation travel with what
// is asked of the kernel, so that an answer to an old watch is known as such.
type slot struct {
	number uint32

	mu         sync.Mutex
	generation uint32 // odd while a watch is on
	left       func()
	called     bool

	watched // what the system's part keeps
}

// Handle is one watch. The zero Handle is a watch that was never on.
type Handle struct {
	watcher    *Watcher
	slot       *slot
	generation uint32
}

// Watch calls left, at most once, from another goroutine, when the peer of c has
// closed its side or the connection has failed; at once if that is so already.
// left must not block, nor use the Handle. Stop must be called before c is
// closed or goes back to the server.
//
// TLS and other wrappers that have a NetConn method are looked through. What is
// not a socket underneath is not watched: left is never called.
func (w *Watcher) Watch(c net.Conn, left func()) Handle {
	sc := socketOf(c)
	if sc == nil {
		return Handle{}
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return Handle{} // closed already; whoever uses it will see that
	}
	s := w.slots.take()
	s.mu.Lock()
	s.generation++
	s.left, s.called = left, false
	h := Handle{watcher: w, slot: s, generation: s.generation}
	s.begin(raw)
	s.mu.Unlock()
	return h
}

// socketOf returns the socket under c, nil if there is none.
func socketOf(c net.Conn) syscall.Conn {
	for c != nil {
		if sc, ok := c.(syscall.Conn); ok {
			return sc
		}
		under, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return nil
		}
		c = under.NetConn()
	}
	return nil
}

// Stop ends the watch and says whether left was called. When Stop has returned,
// left has returned or will never be called. Further calls do nothing and return false.
func (h Handle) Stop() (left bool) {
	s := h.slot
	if s == nil {
		return false
	}
	s.mu.Lock()
	if s.generation != h.generation {
		s.mu.Unlock()
		return false
	}
	s.generation++
	left = s.called
	s.left = nil
	s.end()
	s.mu.Unlock()
	h.watcher.slots.put(s)
	return left
}

// fire calls left if the watch that the kernel's answer is for is still on.
func (s *slot) fire(generation uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.generation == generation && !s.called {
		s.called = true
		s.left()
	}
}

// slots is the table of all slots; the free ones are used again, the last first.
type slots struct {
	mu   sync.Mutex
	all  []*slot
	free []*slot
	init func(*slot)
}

func (t *slots) take() *slot {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.free); n > 0 {
		s := t.free[n-1]
		t.free = t.free[:n-1]
		return s
	}
	s := &slot{number: uint32(len(t.all))}
	t.init(s)
	t.all = append(t.all, s)
	return s
}

func (t *slots) put(s *slot) {
	t.mu.Lock()
	t.free = append(t.free, s)
	t.mu.Unlock()
}

func (t *slots) at(number uint32) *slot {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all[number]
}
