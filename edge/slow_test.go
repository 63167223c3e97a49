package edge_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestASlowCallerSlowsTheProviderAndNotMemory(t *testing.T) {
	t.Parallel()
	sent := make(chan int, 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		x.StartStream()
		x.Chunk(streams["openai"][0])
		event := `data: {"choices":[{"index":0,"delta":{"content":"` + strings.Repeat("x", 32<<10) + `"}}]}` + "\n\n"
		n := 0
		for ; n < 4096; n++ { // 128 MB, if nobody slows it down
			if !x.TryChunk(event, time.Second) {
				break
			}
		}
		sent <- n
		x.Close()
	})
	d := open(t, over(up.URL))
	path, body := streamRequest("openai", "openai", "")
	c, err := net.Dial("tcp", d.Addr)
	require.NoError(t, err)
	defer c.Close()
	_, err = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	require.NoError(t, err)
	require.Less(t, <-sent, 1024, "the provider was read although the caller did not")
}

// endless is a stream of large events for as long as the gateway takes them.
func endless(x *upstreamtest.Exchange) {
	serveOnly(streams["openai"][:1])(x)
	event := `data: {"choices":[{"index":0,"delta":{"content":"` + strings.Repeat("x", 32<<10) + `"}}]}` + "\n\n"
	for x.TryChunk(event, time.Minute) {
	}
	x.Close()
}

func TestTwoHundredSlowCallersCostLittleMemory(t *testing.T) {
	up := upstreamtest.New(t, endless)
	d := open(t, over(up.URL))
	memory := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc + m.StackInuse)
	}
	before := memory()
	for dialect, n := range map[string]int{"openai": 100, "anthropic": 100} {
		path, body := streamRequest(dialect, "openai", "")
		for range n {
			c := d.send(t, path, body)
			defer c.Close()
			readUntil(t, c, "xxx")
		}
	}
	d.settled(t, "asbru_streams 200")
	require.Less(t, memory()-before, int64(80<<20)) // callers and provider included
}

func TestACallerWhoTakesNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	up := upstreamtest.New(t, endless)
	cfg := over(up.URL)
	cfg.Server.WriteTimeoutS = 1
	d := open(t, cfg)
	for _, dialect := range []string{"openai", "anthropic"} {
		path, body := streamRequest(dialect, "openai", "")
		c := d.send(t, path, body)
		defer c.Close()
		readUntil(t, c, "xxx")
	}
	d.settled(t, "asbru_canceled_total 2")
	d.settled(t, "asbru_streams 0")
}

func TestACallerWhoTakesItsTimeGetsTheWholeAnswer(t *testing.T) {
	t.Parallel()
	const size = 6 << 20
	text := strings.Replace(wholeAnswers["openai"], "hello", strings.Repeat("x", size), 1)
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, text) })
	cfg := over(up.URL)
	cfg.Server.WriteTimeoutS = 3
	d := open(t, cfg)
	c, err := net.Dial("tcp", d.Addr)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.(*net.TCPConn).SetReadBuffer(64<<10))
	path, body := chatRequest("openai", "openai", "")
	_, err = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	require.NoError(t, err)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	require.NoError(t, err)
	defer res.Body.Close()
	read := int64(0)
	for pause := time.Tick(40 * time.Millisecond); ; <-pause { // for the whole, longer than the write timeout
		n, err := io.CopyN(io.Discard, res.Body, 64<<10)
		read += n
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
	}
	require.EqualValues(t, len(text), read)
}
