package upstream

import (
	"bufio"
	"io"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestADeadlineOfAnEarlierStepDoesNotEndALaterOne(t *testing.T) {
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		for {
			if _, _, err := takeRequest(r); err != nil {
				return
			}
			io.WriteString(c, hi)
		}
	})
	o := newOrigin(t, Options{URL: p.url()})
	for _, size := range []int{10, 1 << 20, 10} {
		early := time.Now().Add(200 * time.Millisecond)
		var c call
		var err error
		c.conn, err = o.Get(early, &c.cut)
		require.NoError(t, err)
		_, err = c.conn.Send(early, []byte("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"), []byte("{}"))
		require.NoError(t, err)
		require.NoError(t, c.conn.ReadHead(&c.head, early))
		_, err = c.conn.ReadAll(nil, 10, early)
		require.NoError(t, err)
		c.conn.Release(true)
		for time.Now().Before(early) {
			runtime.Gosched()
		}

		c.conn, err = o.Get(soon(), &c.cut)
		require.NoError(t, err)
		require.True(t, c.conn.Reused())
		head := append([]byte("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"), chunkOf(string(make([]byte, size)))...)
		_, err = c.conn.Send(soon(), head, []byte("0\r\n\r\n"))
		require.NoError(t, err)
		body, err := c.finish()
		require.NoError(t, err)
		require.Equal(t, "hi", body)
	}
}

func TestAnEarlierDeadlineReplacesALaterOne(t *testing.T) {
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		takeRequest(r)
		io.WriteString(c, chunked("2\r\nhi\r\n"))
		r.ReadByte()
	})
	c := begin(t, newOrigin(t, Options{URL: p.url()}))
	require.NoError(t, c.conn.ReadHead(&c.head, soon()))
	_, err := c.conn.Next(time.Time{})
	require.NoError(t, err)
	_, err = c.conn.Next(time.Now().Add(5 * time.Millisecond))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	c.conn.Release(true)
}
