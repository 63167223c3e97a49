package upstream

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// provider is a server on a real socket that behaves as its script says.
type provider struct {
	net.Listener
	wg    sync.WaitGroup
	mu    sync.Mutex
	conns []net.Conn
}

// serve starts a provider that calls script for each connection, with its number
// from 0. The connection is closed when script returns.
func serve(t testing.TB, script func(n int, c net.Conn, r *bufio.Reader)) *provider {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &provider{Listener: l}
	p.wg.Go(func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.mu.Lock()
			p.conns = append(p.conns, c)
			p.mu.Unlock()
			p.wg.Go(func() {
				defer c.Close()
				script(n, c, bufio.NewReader(c))
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		p.mu.Lock()
		for _, c := range p.conns {
			c.Close()
		}
		p.mu.Unlock()
		p.wg.Wait()
	})
	return p
}

func (p *provider) url() string { return "http://" + p.Addr().String() }

// accepted is how many connections the provider has taken.
func (p *provider) accepted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.conns)
}

// takeRequest reads one request and its body.
func takeRequest(r *bufio.Reader) (*http.Request, []byte, error) {
	req, err := http.ReadRequest(r)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(req.Body)
	return req, body, err
}

// answering answers each request with the same bytes.
func answering(answer string) func(int, net.Conn, *bufio.Reader) {
	return func(_ int, c net.Conn, r *bufio.Reader) {
		for {
			if _, _, err := takeRequest(r); err != nil {
				return
			}
			if _, err := io.WriteString(c, answer); err != nil {
				return
			}
		}
	}
}

func newOrigin(t testing.TB, o Options) *Origin {
	t.Helper()
	origin, err := NewOrigin(o)
	require.NoError(t, err)
	t.Cleanup(origin.Close)
	return origin
}

// soon is a deadline that no test should reach.
func soon() time.Time { return time.Now().Add(20 * time.Second) }

// call is one request's use of an origin.
type call struct {
	cut  Cut
	head Head
	conn *Conn
}

// get returns an idle connection, or a new one.
func (o *Origin) get(deadline time.Time, cut *Cut) (*Conn, error) {
	if c, err := o.Idle(cut); c != nil || err != nil {
		return c, err
	}
	return o.Connect(deadline, cut)
}

// begin gets a connection and sends a small request.
func begin(t testing.TB, o *Origin) *call {
	t.Helper()
	c := &call{}
	var err error
	c.conn, err = o.get(soon(), &c.cut)
	require.NoError(t, err)
	sent, err := c.conn.Send(soon(), append(o.AppendStart(nil, "POST", []byte("/v1/x")), "Content-Length: 2\r\n\r\n"...), []byte("{}"))
	require.NoError(t, err)
	require.True(t, sent)
	return c
}

// finish reads the whole answer and releases the connection.
func (c *call) finish() (string, error) {
	err := c.conn.ReadHead(&c.head, soon())
	var body []byte
	if err == nil {
		body, err = c.conn.ReadAll(nil, 64<<20, soon())
	}
	c.conn.Release(err == nil)
	return string(body), err
}
