package edge

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/tcp"
	"github.com/valyala/fasthttp"
)

// listener hands out connections, as many as there is room for. One too many is
// told so and closed, rather than left to wait for nothing; and an error that
// passes, such as no file descriptor to be had, does not end the listening.
type listener struct {
	net.Listener
	edge     *Edge
	max      int
	maxPerIP int // 0: no limit
	secure   bool

	mu    sync.Mutex
	open  int
	perIP map[netip.Addr]int

	emptied chan struct{} // closed when all that had arrived before Close has been handed out
	closing atomic.Bool

	refusing sync.WaitGroup
	refusals chan struct{} // a place for each refusal that is being told
}

// maxRefusals is how many callers at a time are told that there is no room. More
// are just closed.
const maxRefusals = 64

// Listen opens a listener for [Edge.Serve]. It speaks TCP alone: Go's own default
// is multipath TCP, whose sockets cannot be told to take no more connections.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	lc.SetMultipathTCP(false)
	return lc.Listen(ctx, "tcp", addr)
}

func (e *Edge) listen(ln net.Listener) *listener {
	l := &listener{
		Listener: ln, edge: e, secure: e.certs != nil,
		max: e.maxConns, maxPerIP: e.options.Server.MaxConnectionsPerIP,
		refusals: make(chan struct{}, maxRefusals),
		emptied:  make(chan struct{}),
	}
	if l.maxPerIP > 0 {
		l.perIP = map[netip.Addr]int{}
	}
	return l
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	for pause := time.Duration(0); ; {
		c, err := l.Listener.Accept()
		switch {
		case l.closing.Load() && errors.Is(err, os.ErrDeadlineExceeded):
			if l.moreTime() {
				continue
			}
			close(l.emptied)
			return nil, net.ErrClosed
		case passing(err):
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			l.edge.log.Warn("no connection could be taken", "error", err, "pause", pause.String())
			time.Sleep(pause)
			continue
		case err != nil:
			return nil, err
		}
		pause = 0
		t, ok := c.(*net.TCPConn)
		if !ok {
			return c, nil
		}
		ip := addressOf(t)
		if refusal := l.admit(ip); refusal != nil {
			l.refuse(t, refusal)
			continue
		}
		boundUnsent(t)
		return &conn{Conn: tcp.New(t), from: l, ip: ip, patience: l.edge.writeIdle}, nil
	}
}

// Close implements net.Listener. Connections that the kernel has taken already are
// handed out first: to close over them would reset them, with the requests that
// their callers have sent.
func (l *listener) Close() error {
	if tcp, ok := l.Listener.(*net.TCPListener); ok && stopArrivals(tcp) {
		l.closing.Store(true)
		if tcp.SetDeadline(time.Now().Add(emptyTime)) == nil {
			select {
			case <-l.emptied:
			case <-time.After(50 * emptyTime): // nobody accepts
			}
		}
	}
	return l.Listener.Close()
}

// emptyTime is how long it takes to hand out what has arrived, unless the machine is
// busy with other things.
const emptyTime = 20 * time.Millisecond

// moreTime takes more time to hand out what has arrived, if there is something left.
func (l *listener) moreTime() bool {
	tcp, ok := l.Listener.(*net.TCPListener)
	return ok && hasArrivals(tcp) && tcp.SetDeadline(time.Now().Add(emptyTime)) == nil
}

// passing says whether an error of Accept is about this connection or this moment only.
func passing(err error) bool {
	for _, e := range [...]syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func addressOf(c *net.TCPConn) netip.Addr {
	a, _ := c.RemoteAddr().(*net.TCPAddr)
	return a.AddrPort().Addr().Unmap()
}

// The answers to connections for which there is no room. Nothing has been read of
// them, so they are in the dialect that most callers speak.
var (
	noRoom        = refusalOf(api.Errorf(api.KindOverloaded, "no_connection", "The gateway has as many connections as it takes."))
	noMoreOfYours = refusalOf(api.Errorf(api.KindRateLimit, "too_many_connections", "This address has as many connections as one address may have."))
)

func refusalOf(err *api.Error) []byte {
	status, body := codecs.OpenAI.AppendError(nil, err)
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
		status, fasthttp.StatusMessage(status), len(body), body)
}

// admit counts a connection, or returns what to answer it instead.
func (l *listener) admit(ip netip.Addr) (refusal []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.open >= l.max:
		return noRoom
	case l.maxPerIP > 0 && l.perIP[ip] >= l.maxPerIP:
		return noMoreOfYours
	}
	l.open++
	if l.maxPerIP > 0 {
		l.perIP[ip]++
	}
	return nil
}

// leave counts a connection that has been closed.
func (l *listener) leave(ip netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.maxPerIP == 0 {
		return
	}
	if l.perIP[ip]--; l.perIP[ip] == 0 {
		delete(l.perIP, ip)
	}
}

// refuse tells a caller that there is no room for it, and closes the connection.
func (l *listener) refuse(c *net.TCPConn, refusal []byte) {
	l.edge.metrics.Rejected.WithLabelValues("no_connection").Inc()
	select {
	case l.refusals <- struct{}{}:
	default:
		c.Close()
		return
	}
	l.refusing.Go(func() {
		defer func() { <-l.refusals }()
		defer c.Close()
		if l.secure {
			return // it could not read this
		}
		_ = c.SetDeadline(time.Now().Add(refusalTime)) // what follows fails if this does
		if _, err := c.Write(refusal); err == nil {
			endAndDrain(c, refusalBytes)
		}
	})
}

const (
	refusalTime  = 500 * time.Millisecond
	refusalBytes = 64 << 10
)

// wait waits until all refusals have been told.
func (l *listener) wait() { l.refusing.Wait() }
