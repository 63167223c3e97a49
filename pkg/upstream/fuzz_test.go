package upstream

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// scripted is a connection that has its answer ready, in pieces.
type scripted struct {
	net.Conn
	answer []byte
	piece  int
}

func (s *scripted) Read(p []byte) (int, error) {
	if len(s.answer) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), s.piece)], s.answer)
	s.answer = s.answer[n:]
	return n, nil
}

func (s *scripted) SetReadDeadline(time.Time) error { return nil }
func (s *scripted) Close() error                    { return nil }

// scriptedConn is a connection whose request has been sent.
func scriptedConn(answer []byte, piece int) *Conn {
	s := &scripted{answer: bytes.Clone(answer), piece: piece}
	c := newConn(&Origin{maxHeader: DefaultMaxHeaderBytes}, s, s)
	cut := &Cut{}
	c.begin(cut)
	cut.Enter(c)
	return c
}

// decode reads a whole answer; text is what came of the body before err.
func decode(c *Conn) (h Head, text []byte, err error) {
	if err = c.ReadHead(&h, time.Time{}); err != nil {
		return h, nil, err
	}
	for {
		p, err := c.Next(time.Time{})
		text = append(text, p...)
		if err != nil {
			return h, text, err
		}
		if len(text) > 1<<20 {
			return h, text, ErrBodyTooLarge
		}
	}
}

// FuzzChunked: however a body is cut into reads, the outcome is the same; and
// what is taken for whole, the standard library reads alike.
func FuzzChunked(f *testing.F) {
	for _, seed := range []string{
		"0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "3;a=\"b\"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
		"0x1\r\na\r\n0\r\n\r\n", "1\na\n0\n\n", "80000000\r\n", "ffffffffffffffff\r\n", "1\r\nab\r\n", "1 ;x\r\na\r\n000\r\n\r\nrest",
		"5\r\nhel", "\n", strings.Repeat("1\r\na\r\n", 5000) + "0\r\n\r\n",
	} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, body []byte, piece int) {
		answer := append([]byte(ok+"Transfer-Encoding: chunked\r\n\r\n"), body...)
		whole := scriptedConn(answer, len(answer))
		_, text, err := decode(whole)
		_, text2, err2 := decode(scriptedConn(answer, 1+piece&0xff))
		require.True(t, bytes.Equal(text, text2))
		require.Equal(t, err.Error(), err2.Error())
		if err != io.EOF {
			require.False(t, whole.body.ended())
			return
		}
		reader := bufio.NewReader(bytes.NewReader(body))
		theirs, err := io.ReadAll(httputil.NewChunkedReader(reader))
		require.NoError(t, err)
		require.True(t, bytes.Equal(theirs, text))
	})
}

// FuzzHead: what is taken for a head, the standard library takes for the same.
func FuzzHead(f *testing.F) {
	for _, seed := range []string{
		ok + "Content-Length: 5\r\n\r\nhello", ok + "X: y\r\nx:\tz \r\nConnection: close\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 404\r\n\r\n", "HTTP/1.1 200 OK\n\n", ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		ok + "Content-Encoding: gzip\r\n\r\n", ok + " folded\r\n\r\n", "\r\n\r\n", "HTTP/1.1 101 X\r\n\r\n",
	} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, answer []byte, piece int) {
		h, text, err := decode(scriptedConn(answer, len(answer)+1))
		_, text2, err2 := decode(scriptedConn(answer, 1+piece&0xff))
		require.True(t, bytes.Equal(text, text2))
		require.Equal(t, err.Error(), err2.Error())
		if h.Status < 200 || err != io.EOF {
			return
		}
		theirs, err := readFinal(bufio.NewReader(bytes.NewReader(answer)))
		require.NoError(t, err)
		require.Equal(t, theirs.StatusCode, h.Status)
		for _, field := range h.Fields {
			switch name := string(field.Name); name {
			case "transfer-encoding", "trailer", "connection", "content-length": // taken out of its header
			default:
				require.Contains(t, theirs.Header.Values(name), string(field.Value))
			}
		}
	})
}

// readFinal reads answers until one that is not interim.
func readFinal(r *bufio.Reader) (*http.Response, error) {
	for {
		answer, err := http.ReadResponse(r, nil)
		if err != nil || answer.StatusCode >= 200 {
			return answer, err
		}
	}
}
