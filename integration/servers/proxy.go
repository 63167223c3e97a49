package servers

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// Proxy stands before a server and passes bytes on, until it is told otherwise.
type Proxy struct {
	listener net.Listener
	behind   string
	swallow  atomic.Bool
	running  sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn
}

// Before starts a proxy before the server at an address.
func Before(t testing.TB, address string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen for a proxy: %v", err)
	}
	p := &Proxy{listener: listener, behind: address}
	p.running.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

// Address is where the proxy listens.
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// Swallow makes the proxy keep the server's next answer to itself, once, and
// close the connection on which it came.
func (p *Proxy) Swallow() { p.swallow.Store(true) }

func (p *Proxy) accept() {
	for {
		front, err := p.listener.Accept()
		if err != nil {
			return
		}
		back, err := net.Dial("tcp", p.behind)
		if err != nil {
			front.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, front, back)
		p.mu.Unlock()
		p.running.Go(func() { p.pass(front, back, false) })
		p.running.Go(func() { p.pass(back, front, true) })
	}
}

func (p *Proxy) pass(from, to net.Conn, answers bool) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if err != nil || answers && p.swallow.CompareAndSwap(true, false) {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (p *Proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	for _, c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.running.Wait()
}
