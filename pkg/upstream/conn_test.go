package upstream

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireSame is require.Equal for texts that are too long to be printed.
func requireSame(t *testing.T, want, got string) {
	t.Helper()
	if got != want {
		t.Fatalf("got %d bytes that are not the %d wanted", len(got), len(want))
	}
}

func TestAnswersAreReadHoweverTheyAreFramed(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 1<<12)
	for name, tc := range map[string]struct {
		answer, body string
		reused       bool
	}{
		"content-length":    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true},
		"long":              {"HTTP/1.1 200 OK\r\nContent-Length: 65536\r\n\r\n" + long, long, true},
		"chunks":            {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\nX: y\r\n\r\n", "hello", true},
		"a long chunk":      {"HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n10000\r\n" + long + "\r\n0\r\n\r\n", long, true},
		"no content":        {"HTTP/1.1 204 No Content\r\n\r\n", "", true},
		"empty":             {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", true},
		"after interim":     {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi", true},
		"asking to close":   {"HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nhi", "hi", false},
		"of HTTP/1.0":       {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi", false},
		"with surplus":      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi there", "hi", false},
		"reason is missing": {"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", "hi", true},
	} {
		t.Run(name, func(t *testing.T) {
			p := serve(t, answering(tc.answer))
			o := newOrigin(t, Options{URL: p.url()})
			for i := range 3 {
				c := begin(t, o)
				require.Equal(t, tc.reused && i > 0, c.conn.Reused())
				body, err := c.finish()
				require.NoError(t, err)
				require.Equal(t, tc.body, body)
				require.False(t, c.conn.CloseDelimited())
			}
		})
	}
}

func TestABufferGrowsWithTheReadsThatFillItAndNotOtherwise(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	last := func(answer string) (size int) {
		o := newOrigin(t, Options{URL: serve(t, answering(answer)).url()})
		for range 3 {
			c := begin(t, o)
			_, err := c.finish()
			require.NoError(t, err)
			size = len(c.conn.buf)
		}
		return size
	}
	require.Equal(t, leastBuffer, last(head+"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"))
	require.Equal(t, mostBuffer, last(head+"10000\r\n"+strings.Repeat("0123456789abcdef", 1<<12)+"\r\n0\r\n\r\n"))
}
