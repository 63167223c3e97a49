package load

import (
	"bufio"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAnswerIsReadToItsEnd(t *testing.T) {
	for name, tc := range map[string]struct {
		wire, body string
		status     int
	}{
		"content length":       {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", 200},
		"lower case, no space": {"HTTP/1.1 404 Not Found\r\ncontent-length:2\r\n\r\nno", "no", 404},
		"empty":                {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", 200},
		"chunks":               {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA\r\n, my world\r\n0\r\n\r\n", "hello, my world", 200},
		"no reason":            {"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\n.", ".", 200},
	} {
		t.Run(name, func(t *testing.T) {
			const next = "HTTP/1.1 the next answer"
			for _, r := range []*bufio.Reader{
				bufio.NewReader(strings.NewReader(tc.wire + next)),
				bufio.NewReader(iotest.OneByteReader(strings.NewReader(tc.wire + next))),
			} {
				status, body, err := readAnswer(r, nil)
				require.NoError(t, err)
				require.Equal(t, tc.status, status)
				require.Equal(t, tc.body, string(body))
				rest, err := r.Peek(len(next))
				require.NoError(t, err)
				require.Equal(t, next, string(rest), "nothing of the next answer is consumed")
			}
		})
	}
}

func TestBrokenAnswerIsAnError(t *testing.T) {
	for name, wire := range map[string]string{
		"nothing":         "",
		"not HTTP":        "220 mail.example ESMTP\r\n\r\n",
		"no length":       "HTTP/1.1 200 OK\r\n\r\nhello",
		"negative length": "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"short body":      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
		"cut headers":     "HTTP/1.1 200 OK\r\nContent-Le",
		"no last chunk":   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
		"bad chunk size":  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n",
		"chunk too long":  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
		"monstrous chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := readAnswer(bufio.NewReader(strings.NewReader(wire)), nil)
			require.Error(t, err)
		})
	}
}

func TestWrongAnswersAreNoticed(t *testing.T) {
	const stream = "data: {\"finish_reason\":\"stop\"}\n\ndata: [DONE]\n\n"
	w := Want{Holds: `"finish_reason":"stop"`, End: "data: [DONE]\n\n", Events: 2}
	require.NoError(t, w.Check(200, []byte(stream)))
	require.ErrorContains(t, w.Check(502, []byte(stream)), "status 502")
	require.ErrorContains(t, w.Check(200, []byte(stream[:len(stream)-3])), "ends in")
	require.ErrorContains(t, w.Check(200, []byte("data: {}\n\ndata: [DONE]\n\n")), "does not hold")
	w.Events = 3
	require.ErrorContains(t, w.Check(200, []byte(stream)), "2 events, not 3")
}

func TestRequestHasItsLengthAndHeaders(t *testing.T) {
	require.Equal(t, "POST /v1/messages HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"+
		"Content-Length: 2\r\nA: b\r\n\r\n{}", string(Post("/v1/messages", "{}", "A: b")))
}

func TestFirstWrongAnswerEndsTheDrive(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		buf := make([]byte, 4096)
		for _, answer := range []string{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nok"} {
			if _, err := c.Read(buf); err != nil {
				return
			}
			if _, err := c.Write([]byte(answer)); err != nil {
				return
			}
		}
	}()
	clients, err := DialAll(ln.Addr().String(), 1)
	require.NoError(t, err)
	_, err = Drive(t.Context(), clients, &Exchange{Get("/"), Want{Holds: "ok", End: "ok"}}, time.Minute)
	require.ErrorContains(t, err, "status 500")
	CloseAll(clients)
	require.NoError(t, ln.Close())
	<-done
}
