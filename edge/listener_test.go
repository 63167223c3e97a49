package edge_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestAConnectionTooManyIsToldSoAndOthersGoOn(t *testing.T) {
	for name, tc := range map[string]struct {
		server config.Server
		status int
		code   string
	}{
		"in all":           {config.Server{MaxConnections: 3}, 503, "no_connection"},
		"from one address": {config.Server{MaxConnectionsPerIP: 3}, 429, "too_many_connections"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := over("http://127.0.0.1:1")
			cfg.Server = tc.server
			d := open(t, cfg)
			var held []net.Conn
			for range 3 {
				c := d.send(t, "/none", "")
				defer c.Close()
				readUntil(t, c, "route_not_found")
				held = append(held, c)
			}
			res, closed := raw(t, d.Addr, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
			require.Equal(t, tc.status, res.Status)
			require.True(t, closed)
			require.NotEmpty(t, res.Header.Get("Retry-After"))
			code, _ := errorOf(t, "openai", res)
			require.Equal(t, tc.code, code)

			_, err := io.WriteString(held[0], "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
			require.NoError(t, err)
			readUntil(t, held[0], "ok")
			require.NoError(t, held[1].Close())
			require.Eventually(t, func() bool {
				res, _ := raw(t, d.Addr, "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
				return res.Status == 200
			}, patience, time.Millisecond, "a place did not come free")
		})
	}
}

func TestACallerWhoLeavesIsNoticedWhereAddressesAreCounted(t *testing.T) {
	ready, gone := make(chan struct{}), make(chan bool, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		close(ready)
		gone <- x.WaitGone(patience)
	})
	cfg := over(up.URL)
	cfg.Server.MaxConnectionsPerIP = 100
	d := open(t, cfg)
	path, body := chatRequest("openai", "openai", "")
	leave(t, d, path, body, ready)
	require.True(t, <-gone)
}

// failing is a listener that cannot take a connection now and then.
type failing struct {
	net.Listener
	calls atomic.Int64
}

func (f *failing) Accept() (net.Conn, error) {
	if f.calls.Add(1)%2 == 1 {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return f.Listener.Accept()
}

func TestNoFileDescriptorsIsNoReasonToStopListening(t *testing.T) {
	d := start(t, over("http://127.0.0.1:1"))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	second := make(chan error, 1)
	go func() { second <- d.Serve(&failing{Listener: ln}) }()
	for range 3 {
		res, _ := raw(t, ln.Addr().String(), "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		require.Equal(t, 200, res.Status)
	}
	d.stop(t, 5*time.Second)
	require.NoError(t, <-second)
}

func TestSlowSendersHoldUpNobodyAndAreGivenUp(t *testing.T) {
	t.Parallel()
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	cfg := over(up.URL)
	cfg.Server.ReadTimeoutS = 1
	d := open(t, cfg)
	var slow []net.Conn
	for i := range 300 {
		c, err := net.Dial("tcp", d.Addr)
		require.NoError(t, err)
		defer c.Close()
		starts := []string{
			"", "POST /v1/ch", "POST /v1/chat/completions HTTP/1.1\nHost: x\n\n",
			"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
		}
		_, err = io.WriteString(c, starts[i%len(starts)])
		require.NoError(t, err)
		slow = append(slow, c)
	}
	require.Equal(t, 200, d.chat(t, "openai", "openai", "").Status)
	for _, c := range slow {
		require.NoError(t, c.SetReadDeadline(time.Now().Add(patience)))
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			continue // nothing was asked, so nothing need be answered
		}
		require.NoError(t, err)
		res.Body.Close()
		require.Equal(t, 408, res.StatusCode)
	}
}
