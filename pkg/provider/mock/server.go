package mock

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"
)

const (
	maxBodyBytes   = 64 << 20
	headerBytes    = 32 << 10
	defaultFailure = fasthttp.StatusInternalServerError
)

// ErrClosed is returned by Serve and Dial once the server is closed.
var ErrClosed = errors.New("mock: server closed")

// Server is the mock. Its methods are safe for concurrent use.
type Server struct {
	opts    Options
	http    fasthttp.Server
	journal journal
	objects objects
	// responses are those that can be gone on with.
	responses responseStore
	hits      atomic.Int64
	aborted   atomic.Int64
	active    atomic.Int64

	mu        sync.Mutex
	empty     *sync.Cond // conns has become empty
	conns     map[*conn]struct{}
	listeners []net.Listener
	closed    bool
	done      chan struct{} // closed with the server
	inMemory  *fasthttputil.InmemoryListener
	serving   sync.WaitGroup // the goroutine behind inMemory
}

// New returns a server that listens nowhere yet.
func New(o Options) *Server {
	if o.ErrorStatus == 0 {
		o.ErrorStatus = defaultFailure
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{opts: o, conns: map[*conn]struct{}{}, done: make(chan struct{})}
	s.empty = sync.NewCond(&s.mu)
	s.journal.limit = o.Journal
	s.http = fasthttp.Server{
		Handler:                      s.Handler,
		Name:                         "mock",
		MaxRequestBodySize:           maxBodyBytes,
		ReadBufferSize:               headerBytes,
		NoDefaultContentType:         true,
		NoDefaultDate:                true,
		CloseOnShutdown:              true,
		DisablePreParseMultipartForm: true,
		Logger:                       silent{},
	}
	return s
}

// silent drops what fasthttp says of broken connections: breaking them is what
// this server is for.
type silent struct{}

func (silent) Printf(string, ...any) {}

// Serve answers on ln until the server is closed, then returns nil. It closes ln.
func (s *Server) Serve(ln net.Listener) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return errors.Join(ErrClosed, ln.Close())
	}
	s.listeners = append(s.listeners, ln)
	s.mu.Unlock()
	return s.http.Serve(&listener{Listener: ln, server: s})
}

// Dial connects to the server in memory, whatever the address. It has the shape
// of a dialer's function.
func (s *Server) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, ErrClosed
	}
	if s.inMemory == nil {
		ln := fasthttputil.NewInmemoryListener()
		s.inMemory = ln
		s.listeners = append(s.listeners, ln)
		s.serving.Go(func() {
			// It ends when Close closes ln, and has nothing else to report.
			_ = s.http.Serve(&listener{Listener: ln, server: s})
		})
	}
	ln := s.inMemory
	s.mu.Unlock()
	return ln.Dial()
}

// Shutdown stops taking calls, waits for those in flight until ctx ends, and
// closes.
func (s *Server) Shutdown(ctx context.Context) error {
	return errors.Join(s.http.ShutdownWithContext(ctx), s.Close())
}

// Close breaks off everything and returns when no connection is left.
func (s *Server) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.done)
	}
	for _, ln := range s.listeners {
		_ = ln.Close() // closed by Shutdown already, perhaps
	}
	for c := range s.conns {
		_ = c.Conn.Close() // its worker sees it and closes c itself
	}
	for len(s.conns) > 0 {
		s.empty.Wait()
	}
	s.mu.Unlock()
	s.serving.Wait()
	return nil
}

// sleep lets d pass and reports whether the server is still open.
func (s *Server) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.done:
		return false
	}
}

// Stats are counts since the start.
type Stats struct {
	Hits    int64 `json:"hits"`    // calls of the API
	Aborted int64 `json:"aborted"` // calls whose client left before the answer's end, as far as it was noticed
	Active  int64 `json:"active"`  // calls being answered now
}

// Stats returns the counts.
func (s *Server) Stats() Stats {
	return Stats{Hits: s.hits.Load(), Aborted: s.aborted.Load(), Active: s.active.Load()}
}
