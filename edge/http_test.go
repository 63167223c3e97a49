package edge_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/upstream/upstreamtest"
	"github.com/stretchr/testify/require"
)

func TestPathsAreMatchedAsTheyCome(t *testing.T) {
	d := open(t, over("http://127.0.0.1:1"))
	for _, path := range []string{
		"/", "/v1", "/v1/chat/completions/", "/v1/chat/completions/..", "/v1//chat/completions", "//v1/chat/completions",
		"/v1/models/../chat/completions", "/v1/chat%2fcompletions", "/v1/..%2fmetrics", "/genai/v1beta/models/..%2f..%2fx:generateContent",
		"/genai/v1beta/models/:generateContent", "/genai/v1beta/models/x:noSuchVerb", "/v1/models/a%00b", `/v1/models/a\b`,
	} {
		t.Run(path, func(t *testing.T) {
			res, _ := raw(t, d.Addr, "POST "+path+" HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
			require.Contains(t, []int{400, 404, 405}, res.Status, res.Body)
			errorOf(t, map[bool]string{true: "genai", false: "openai"}[strings.HasPrefix(path, "/genai")], res)
		})
	}
}

func TestWrongMethodNamesTheRightOne(t *testing.T) {
	d := open(t, over("http://127.0.0.1:1"))
	for _, s := range speakers("gpt-4o") {
		res := do(t, "GET", d.URL(s.path), "")
		require.Equal(t, 405, res.Status)
		require.Equal(t, "POST", res.Header.Get("Allow"))
		errorOf(t, s.dialect, res)
	}
}

func TestAmbiguousHTTPIsRefusedAndTheConnectionClosed(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, `{}`) })
	d := open(t, over(up.URL))
	body := speakers("")[0].body(`"gpt-4o"`, "")
	head := "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	for name, request := range map[string]string{
		"both, the length first":       strings.Replace(head, "Host", fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\nHost", len(body)), 1) + "\r\n" + chunked,
		"both, the chunks first":       head + fmt.Sprintf("Transfer-Encoding: chunked\r\nContent-Length: %d\r\n\r\n", len(body)) + chunked,
		"both, and the length counts":  head + fmt.Sprintf("Transfer-Encoding: identity\r\nContent-Length: %d\r\n\r\n", len(body)) + body,
		"an encoding before chunked":   head + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked,
		"both length and chunks":       head + fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n", len(body)) + chunked,
		"two lengths":                  head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + body,
		"a negative length":            head + "Content-Length: -5\r\n\r\n" + body,
		"a length that is no number":   head + "Content-Length: five\r\n\r\n" + body,
		"a chunk size with 0x":         head + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
		"a chunk size that is no hex":  head + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
		"a line feed in an extension":  head + "Transfer-Encoding: chunked\r\n\r\n" + strings.Replace(chunked, "\r\n", ";a\nb\r\n", 1),
		"a second chunk that is bad":   head + "Transfer-Encoding: chunked\r\n\r\n" + strings.Replace(chunked, "0\r\n\r\n", "zz\r\n\r\n", 1),
		"a chunk of a negative size":   head + "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
		"a credential as trailer":      head + "Transfer-Encoding: chunked\r\n\r\n" + strings.Replace(chunked, "0\r\n\r\n", "0\r\nAuthorization: x\r\n\r\n", 1),
		"a folded line":                head + fmt.Sprintf("X: a\r\n b\r\nContent-Length: %d\r\n\r\n", len(body)) + body,
		"a space in a header's name":   head + fmt.Sprintf("X Y: a\r\nContent-Length: %d\r\n\r\n", len(body)) + body,
		"a space before the colon":     head + fmt.Sprintf("Content-Length : %d\r\n\r\n", len(body)) + body,
		"a NUL in a header":            head + fmt.Sprintf("X: a\x00b\r\nContent-Length: %d\r\n\r\n", len(body)) + body,
		"two hosts":                    head + fmt.Sprintf("Host: y\r\nContent-Length: %d\r\n\r\n", len(body)) + body,
		"a chunk without its line end": head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX0\r\n\r\n",
		"two authorizations":           head + "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n" + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)) + body,
		"a whole URL":                  strings.Replace(head, "/v1", "http://evil/v1", 1) + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)) + body,
		"not HTTP":                     "hello there\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			res, closed := raw(t, d.Addr, request)
			require.Equal(t, 400, res.Status, res.Body)
			require.True(t, closed)
			errorOf(t, "openai", res)
		})
	}
	require.Zero(t, up.Hits())
}

func TestOtherVersionsAndExpectationsAreRefused(t *testing.T) {
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) { x.JSON(200, wholeAnswers["openai"]) })
	cfg := over(up.URL)
	cfg.Client.MaxRequestBodySizeMB = 1
	d := open(t, cfg)
	body := speakers("")[0].body(`"gpt-4o"`, "")
	ask := func(version, extra string, length int) string {
		return fmt.Sprintf("POST /v1/chat/completions HTTP/%s\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n", version, extra, length)
	}
	for name, tc := range map[string]struct {
		request string
		status  int
	}{
		"HTTP/9.9":                       {ask("9.9", "", len(body)) + body, 505},
		"HTTP/2.0":                       {ask("2.0", "", len(body)) + body, 505},
		"an odd expectation":             {ask("1.1", "Expect: tea\r\n", len(body)) + body, 417},
		"too many header fields":         {ask("1.1", strings.Repeat("X-Y: z\r\n", 300), len(body)) + body, 431},
		"leave to send too large a body": {ask("1.1", "Expect: 100-continue\r\n", 2<<20), 413},
	} {
		t.Run(name, func(t *testing.T) {
			res, closed := raw(t, d.Addr, tc.request)
			require.Equal(t, tc.status, res.Status, res.Body)
			require.True(t, closed)
			errorOf(t, "openai", res)
		})
	}
	require.Zero(t, up.Hits())
	t.Run("leave to send a body", func(t *testing.T) {
		res := d.post(t, "/v1/chat/completions", body, "Expect: 100-continue")
		require.Equal(t, 200, res.Status, res.Body)
	})
	t.Run("HTTP/1.0", func(t *testing.T) {
		res, closed := raw(t, d.Addr, ask("1.0", "", len(body))+body)
		require.Equal(t, 200, res.Status, res.Body)
		require.True(t, closed)
	})
}

func TestALengthIsNotBelievedBeforeItsBytesCome(t *testing.T) {
	d := open(t, over("http://127.0.0.1:1"))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, promise := range []string{"Content-Length: 104857600\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n6400000\r\n"} {
		for range 50 {
			c, err := net.Dial("tcp", d.Addr)
			require.NoError(t, err)
			defer c.Close()
			_, err = io.WriteString(c, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n"+promise+strings.Repeat(" ", 16<<10))
			require.NoError(t, err)
		}
	}
	require.Equal(t, 200, do(t, "GET", d.URL("/livez"), "").Status)
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(100<<20), "room was made for bodies that were only announced")
}

func TestALargeBodyArrivesWholeHoweverItIsSent(t *testing.T) {
	var got atomic.Int64
	up := upstreamtest.New(t, func(x *upstreamtest.Exchange) {
		got.Store(int64(len(x.BodyBytes)))
		x.JSON(200, wholeAnswers["openai"])
	})
	d := open(t, over(up.URL))
	for _, size := range []int{10, 4 << 10, 8 << 10, 9 << 10, 256 << 10, 256<<10 + 1, 3 << 20} {
		body := speakers("")[0].body(`"gpt-4o"`, `,"x":"`+strings.Repeat("y", size)+`"`)
		for _, reader := range []io.Reader{strings.NewReader(body), io.MultiReader(strings.NewReader(body))} { // the second has no length
			res, err := http.Post(d.URL("/v1/chat/completions"), "application/json", reader)
			require.NoError(t, err)
			res.Body.Close()
			require.Equal(t, 200, res.StatusCode)
			require.EqualValues(t, len(body), got.Load())
		}
	}
}

func TestLargeBodiesShareTheRoomThatTheMemoryLimitLeaves(t *testing.T) {
	old := debug.SetMemoryLimit(32 << 20) // a fourth of it is for bodies
	d := open(t, over("http://127.0.0.1:1"))
	debug.SetMemoryLimit(old)
	send := func(size int) net.Conn {
		c, err := net.Dial("tcp", d.Addr)
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		_, err = fmt.Fprintf(c, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", size+1, strings.Repeat(" ", size))
		require.NoError(t, err)
		return c
	}
	both := []net.Conn{send(5 << 20), send(5 << 20)}
	refused := make(chan int, len(both)) // the one that came second, whichever that was
	for i, c := range both {
		go func() {
			if res, err := http.ReadResponse(bufio.NewReader(c), nil); err == nil && res.StatusCode == http.StatusServiceUnavailable {
				refused <- i
			}
		}()
	}
	require.NoError(t, both[1-<-refused].Close())
	require.Eventually(t, func() bool {
		res := d.post(t, "/v1/chat/completions", strings.Repeat(" ", 5<<20))
		return res.Status == 400 // it was read, and is no JSON
	}, patience, 10*time.Millisecond, "the room did not come free")
}

func TestTheLimitOnBodiesChangesWhileTheEdgeRuns(t *testing.T) {
	cfg := over("http://127.0.0.1:1")
	cfg.Client.MaxRequestBodySizeMB = 1
	d := open(t, cfg)
	big := strings.Repeat(" ", 1<<20+1)
	require.Equal(t, 413, d.post(t, "/v1/chat/completions", big).Status)
	larger := cfg.Client
	larger.MaxRequestBodySizeMB = 2
	d.Configure(larger)
	require.Equal(t, 400, d.post(t, "/v1/chat/completions", big).Status, "it was read, and is no JSON")
}

func TestLimitsOnSizes(t *testing.T) {
	cfg := over("http://127.0.0.1:1")
	cfg.Client.MaxRequestBodySizeMB = 1
	cfg.Server.MaxHeaderBytes = 32 << 10
	d := open(t, cfg)
	big := strings.Repeat("x", 1<<20+1)
	t.Run("a body over the limit, by its length", func(t *testing.T) {
		res, closed := raw(t, d.Addr, fmt.Sprintf("POST /anthropic/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(big), big))
		require.Equal(t, 413, res.Status)
		require.True(t, closed)
		code, _ := errorOf(t, "anthropic", res)
		require.Equal(t, "body_too_large", code)
	})
	t.Run("a body over the limit, in chunks", func(t *testing.T) {
		res, _ := raw(t, d.Addr, fmt.Sprintf("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(big), big))
		require.Equal(t, 413, res.Status)
		errorOf(t, "openai", res)
	})
	t.Run("headers over the limit", func(t *testing.T) {
		res, _ := raw(t, d.Addr, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("y", 64<<10)+"\r\n\r\n")
		require.Equal(t, 431, res.Status)
	})
	t.Run("headers just under it", func(t *testing.T) {
		res, _ := raw(t, d.Addr, "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: "+strings.Repeat("y", 31<<10)+"\r\n\r\n")
		require.Equal(t, 200, res.Status)
	})
	t.Run("a URL over the limit", func(t *testing.T) {
		res, _ := raw(t, d.Addr, "GET /v1/models/"+strings.Repeat("y", 9<<10)+" HTTP/1.1\r\nHost: x\r\n\r\n")
		require.Equal(t, 414, res.Status)
	})
	t.Run("a body cut short of its length", func(t *testing.T) {
		cfg.Server.ReadTimeoutS = 1
		slow := open(t, cfg)
		res, _ := raw(t, slow.Addr, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
		require.Contains(t, []int{400, 408}, res.Status)
	})
}

func TestCompressedRequestBodiesAreRefused(t *testing.T) {
	d := open(t, over("http://127.0.0.1:1"))
	res := d.post(t, "/v1/chat/completions", "\x1f\x8b", "Content-Encoding: gzip")
	require.Equal(t, http.StatusUnsupportedMediaType, res.Status)
}
