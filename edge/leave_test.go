package edge_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

// leave sends a request, waits until the provider has it, and goes.
func leave(t *testing.T, d *door, path, body string, ready <-chan struct{}) {
	t.Helper()
	c := d.send(t, path, body)
	<-ready
	require.NoError(t, c.Close())
}

// send sends a request on a connection of its own.
func (d *door) send(t *testing.T, path, body string, headers ...string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", d.Addr)
	require.NoError(t, err)
	_, err = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s",
		path, len(body), strings.Join(append(headers, ""), "\r\n"), body)
	require.NoError(t, err)
	return c
}

// readUntil reads from a connection or a body until it has seen a text.
func readUntil(t *testing.T, c io.Reader, text string) {
	t.Helper()
	if c, ok := c.(net.Conn); ok {
		require.NoError(t, c.SetReadDeadline(time.Now().Add(patience)))
	}
	var seen []byte
	for buf := make([]byte, 4096); !strings.Contains(string(seen), text); {
		n, err := c.Read(buf)
		require.NoError(t, err, string(seen))
		seen = append(seen, buf[:n]...)
	}
}

func TestACallerWhoLeavesStopsTheProvider(t *testing.T) {
	for _, stream := range []bool{false, true} {
		t.Run(fmt.Sprintf("stream %t", stream), func(t *testing.T) {
			ready, gone := make(chan struct{}), make(chan bool, 1)
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				if stream {
					x.StartStream()
					x.Chunk(streams["openai"][0])
					x.Chunk(streams["openai"][1])
				}
				close(ready)
				gone <- x.WaitGone(patience)
			})
			d := open(t, over(up.URL))
			path, body := speakers("")[0].path, speakers("")[0].body(`"gpt-4o"`, fmt.Sprintf(`,"stream":%t`, stream))
			c := d.send(t, path, body)
			<-ready
			if stream {
				readUntil(t, c, "one ")
			}
			require.NoError(t, c.Close())
			require.True(t, <-gone, "the provider was left working")
			d.settled(t, `status="499"} 1`)
			if stream {
				require.Regexp(t, `asbru_tokens_total\{[^}]*kind="output"[^}]*\} [1-9]`, do(t, "GET", d.URL("/metrics"), "").Body, "an estimate is charged")
			}
		})
	}
}

func TestTheDrainPolicyReadsOnForTheRealUsage(t *testing.T) {
	ready, proceed := make(chan struct{}), make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Chunk(streams["openai"][0])
		x.Chunk(streams["openai"][1])
		close(ready)
		<-proceed
		for _, ev := range streams["openai"][2:] {
			x.Chunk(ev)
		}
		x.EndStream()
	})
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) { p.Cancel = config.CancelDrain }))
	path, body := streamRequest("openai", "openai", "")
	leave(t, d, path, body, ready)
	close(proceed)
	d.settled(t, `asbru_tokens_total{dialect="openai",kind="input",model="m",operation="chat",provider="openai"} 7`)
}

func TestACallerWhoLeavesIsNoticedWhereverTheCallStands(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for name, tc := range map[string]struct {
		answer func(x *upstreamtest.Exchange)
		stream bool
		rest   string // of the request
	}{
		"before the answer":       {answer: func(*upstreamtest.Exchange) {}},
		"in the head":             {answer: func(x *upstreamtest.Exchange) { x.Write(head) }},
		"in the body":             {answer: func(x *upstreamtest.Exchange) { x.Write(head + "Content-Length: 500\r\n\r\n{") }},
		"in an error's body":      {answer: func(x *upstreamtest.Exchange) { x.Write("HTTP/1.1 500 Oh\r\nContent-Length: 500\r\n\r\n{") }},
		"before the first event":  {stream: true, answer: func(x *upstreamtest.Exchange) { x.StartStream() }},
		"behind the first event":  {stream: true, answer: serveOnly(streams["openai"][:2])},
		"with a fallback in hand": {stream: true, rest: `,"fallbacks":["anthropic/m"]`, answer: serveOnly(streams["openai"][:1])},
	} {
		t.Run(name, func(t *testing.T) {
			ready, gone := make(chan struct{}), make(chan bool, 1)
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				tc.answer(x)
				close(ready)
				gone <- x.WaitGone(patience)
			})
			d := open(t, over(up.URL))
			path, body := chatRequest("openai", "openai", fmt.Sprintf(`,"stream":%t`, tc.stream)+tc.rest)
			leave(t, d, path, body, ready)
			require.True(t, <-gone, "the provider was left working")
			d.settled(t, `status="499"} 1`)
			require.Equal(t, 1, up.Hits())
		})
	}
}

// serveOnly begins a stream and leaves it there.
func serveOnly(events []string) func(x *upstreamtest.Exchange) {
	return func(x *upstreamtest.Exchange) {
		x.StartStream()
		for _, ev := range events {
			x.Chunk(ev)
		}
	}
}

// settled waits until the metrics say something.
func (d *door) settled(t *testing.T, line string) {
	t.Helper()
	require.Eventually(t, func() bool {
		return strings.Contains(do(t, "GET", d.URL("/metrics"), "").Body, line)
	}, patience, 10*time.Millisecond, line)
}

func TestACallerWhoLeavesBeforeTheProviderIsReachedIsNoticed(t *testing.T) {
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer proxy.Close()
	ready, gone := make(chan struct{}), make(chan error, 1)
	go func() {
		c, err := proxy.Accept()
		if err != nil {
			gone <- err
			return
		}
		defer c.Close()
		close(ready)
		_ = c.SetReadDeadline(time.Now().Add(patience)) // the read below reports what matters
		buf := make([]byte, 4096)
		for err == nil {
			_, err = c.Read(buf)
		}
		gone <- err
	}()
	d := open(t, with(over("https://provider.invalid"), "openai", func(p *config.Provider) {
		p.Proxy = config.Proxy{Type: "http", URL: config.Secret("http://" + proxy.Addr().String())}
	}))
	path, body := chatRequest("openai", "openai", "")
	leave(t, d, path, body, ready)
	require.ErrorContains(t, <-gone, "EOF", "the connection was still being made")
	d.settled(t, `status="499"} 1`)
}

func TestACallerWhoLeavesWhileItsBodyIsSentOnIsNoticed(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	ready := make(chan struct{})
	go func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		t.Cleanup(func() { c.Close() })
		close(ready) // and nothing is read
	}()
	d := open(t, over("http://"+ln.Addr().String()))
	path, body := chatRequest("openai", "openai", `,"x":"`+strings.Repeat("y", 20<<20)+`"`)
	leave(t, d, path, body, ready)
	d.settled(t, `status="499"} 1`)
}

func TestACallerWhoLeavesTheQueueOrAPauseIsNoticed(t *testing.T) {
	release, ready := make(chan struct{}), make(chan struct{}, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		ready <- struct{}{}
		<-release
		x.JSON(503, `{"error":{"message":"busy"}}`)
	})
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) {
		p.Concurrency = config.Concurrency{Concurrency: 1, BufferSize: 5}
		p.Network.MaxRetries, p.Network.RetryBackoffInitial, p.Network.RetryBackoffMax = 3, 20000, 20000
	}))
	path, body := chatRequest("openai", "openai", "")
	first := d.send(t, path, body)
	<-ready
	second := d.send(t, path, body)
	d.settled(t, `asbru_pool_waiting{provider="openai"} 1`)
	require.NoError(t, second.Close())
	d.settled(t, `status="499"} 1`)
	close(release)
	d.settled(t, `asbru_attempts_total{outcome="refused",provider="openai"} 1`)
	require.NoError(t, first.Close())
	d.settled(t, `status="499"} 2`)
	require.Equal(t, 1, up.Hits())
}

func TestTheDrainPolicyReadsAWholeAnswerToo(t *testing.T) {
	ready, proceed := make(chan struct{}), make(chan struct{})
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		close(ready)
		<-proceed
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, with(over(up.URL), "openai", func(p *config.Provider) { p.Cancel = config.CancelDrain }))
	path, body := chatRequest("openai", "openai", "")
	leave(t, d, path, body, ready)
	close(proceed)
	d.settled(t, `asbru_tokens_total{dialect="openai",kind="input",model="m",operation="chat",provider="openai"} 3`)
}

func TestTheDrainPolicyHasItsLimits(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]func(p *config.Provider){
		"bytes": func(p *config.Provider) { p.CancelDrainMaxBytes = 10 << 10 },
		"time":  func(p *config.Provider) { p.CancelDrainTimeoutS = 1 },
	} {
		t.Run(name, func(t *testing.T) {
			ready, gone := make(chan struct{}), make(chan bool, 1)
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				serveOnly(streams["openai"][:2])(x)
				close(ready)
				if name == "bytes" {
					for x.TryChunk(streams["openai"][1], time.Second) {
					}
					gone <- true
					return
				}
				gone <- x.WaitGone(patience)
			})
			d := open(t, with(over(up.URL), "openai", func(p *config.Provider) {
				p.Cancel = config.CancelDrain
				limit(p)
			}))
			path, body := streamRequest("openai", "openai", "")
			leave(t, d, path, body, ready)
			require.True(t, <-gone, "the provider is read without end")
			d.settled(t, `status="499"} 1`)
		})
	}
}

func TestACallerWhoLeavesIsNoticedBehindTLS(t *testing.T) {
	dir := t.TempDir()
	cfg := over("")
	cfg.Server.TLSCertFile, cfg.Server.TLSKeyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeCertificate(t, cfg.Server.TLSCertFile, cfg.Server.TLSKeyFile, 1)
	for name, goodbye := range map[string]func(c *tls.Conn) error{
		"with a goodbye":    (*tls.Conn).Close,
		"without a goodbye": func(c *tls.Conn) error { return c.NetConn().Close() },
	} {
		t.Run(name, func(t *testing.T) {
			ready, gone := make(chan struct{}), make(chan bool, 1)
			up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
				close(ready)
				gone <- x.WaitGone(patience)
			})
			d := open(t, with(cfg, "openai", func(p *config.Provider) { p.Network.BaseURL = up.URL }))
			c, err := tls.Dial("tcp", d.Addr, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // the certificate is the test's own
			require.NoError(t, err)
			path, body := chatRequest("openai", "openai", "")
			_, err = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
			require.NoError(t, err)
			<-ready
			require.NoError(t, goodbye(c))
			require.True(t, <-gone, "the provider was left working")
		})
	}
}
