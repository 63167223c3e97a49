package upstream

import (
	"bufio"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestADeadlineOfAnEarlierStepDoesNotEndALaterOne(t *testing.T) {
	s, ca := tlsServer(t)
	for name, origin := range map[string]Options{
		"plain": {URL: serve(t, answering(hi)).url()},
		"TLS":   {URL: s.URL, TLS: TLSOptions{CA: ca}},
		// Whose errors say that time is up and are no net.Error.
		"in memory": {URL: "http://mock", Dial: pipeTo(t, answering(hi))},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOrigin(t, origin)
			for _, size := range []int{10, 1 << 20} {
				var c call
				var err error
				c.conn, err = o.get(soon(), &c.cut)
				require.NoError(t, err)
				past := time.Now().Add(-time.Second)
				c.conn.armWrite(past)
				c.conn.armRead(past)
				head := append(o.AppendStart(nil, "POST", []byte("/")), "Transfer-Encoding: chunked\r\n\r\n"...)
				_, err = c.conn.Send(soon(), head, chunkOf(string(make([]byte, size))), []byte("0\r\n\r\n"))
				require.NoError(t, err)
				_, err = c.finish()
				require.NoError(t, err)
			}
		})
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
