package upstream

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// exchange is one request and answer on a connection that is reused.
func exchange(o *Origin, c *call, request, dst []byte) ([]byte, error) {
	c.cut.Reset()
	deadline := time.Now().Add(time.Minute)
	conn, err := o.get(deadline, &c.cut)
	if err != nil {
		return dst, err
	}
	if _, err = conn.Send(deadline, request); err == nil {
		err = conn.ReadHead(&c.head, deadline)
	}
	if err == nil {
		dst, err = conn.ReadAll(dst, 1<<30, deadline)
	}
	conn.Release(err == nil)
	return dst, err
}

// fixed answers each request, which has no body, with the same bytes and allocates nothing.
func fixed(answer string) func(int, net.Conn, *bufio.Reader) {
	return func(_ int, c net.Conn, r *bufio.Reader) {
		reply := []byte(answer)
		for {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return
			}
			if len(line) == 2 {
				c.Write(reply)
			}
		}
	}
}

var answers = map[string]string{
	"1 KB":         ok + "Content-Type: application/json\r\nContent-Length: 1024\r\n\r\n" + strings.Repeat("x", 1024),
	"100 KB":       ok + "Content-Type: application/json\r\nContent-Length: 102400\r\n\r\n" + strings.Repeat("x", 102400),
	"50 chunks":    chunked(strings.Repeat("64\r\n"+strings.Repeat("x", 100)+"\r\n", 50) + "0\r\n\r\n"),
	"20 headers":   ok + strings.Repeat("X-Ratelimit-Remaining-Tokens: 12345\r\n", 20) + "Content-Length: 2\r\n\r\nhi",
	"bare minimum": hi,
}

func BenchmarkExchange(b *testing.B) {
	for name, answer := range answers {
		b.Run(name, func(b *testing.B) {
			p := serve(b, fixed(answer))
			o := newOrigin(b, Options{URL: p.url()})
			request := append(o.AppendStart(nil, "GET", []byte("/v1/models")), "\r\n"...)
			var c call
			var dst []byte
			b.ReportAllocs()
			for b.Loop() {
				var err error
				if dst, err = exchange(o, &c, request, dst[:0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestAnExchangeOnAReusedConnectionAllocatesNothing(t *testing.T) {
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			p := serve(t, fixed(answer))
			o := newOrigin(t, Options{URL: p.url()})
			request := append(o.AppendStart(nil, "GET", []byte("/v1/models")), "\r\n"...)
			var c call
			var dst []byte
			allocs := testing.AllocsPerRun(200, func() {
				var err error
				dst, err = exchange(o, &c, request, dst[:0])
				require.NoError(t, err)
			})
			require.Zero(t, allocs)
		})
	}
}

func BenchmarkLookAtAnIdleConnection(b *testing.B) {
	p := serve(b, func(_ int, c net.Conn, r *bufio.Reader) { io.Copy(io.Discard, r) })
	o := newOrigin(b, Options{URL: p.url()})
	c, err := o.get(soon(), &Cut{})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if c.touched() {
			b.Fatal("touched")
		}
	}
	c.Release(false)
}
