package upstream

import (
	"bufio"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

const hi = ok + "Content-Length: 2\r\n\r\nhi"

func TestAConnectionThatWasClosedWhileIdleIsNotUsed(t *testing.T) {
	closed := make(chan struct{}, 1)
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		takeRequest(r)
		io.WriteString(c, hi)
		c.Close()
		closed <- struct{}{}
	})
	o := newOrigin(t, Options{URL: p.url()})
	for i := range 3 {
		c := begin(t, o)
		require.False(t, c.conn.Reused())
		_, err := c.finish()
		require.NoError(t, err)
		<-closed
		require.Equal(t, i+1, p.accepted())
	}
}

func TestAConnectionWithBytesThatNobodyAskedForIsNotUsed(t *testing.T) {
	wrote := make(chan struct{})
	release := make(chan struct{})
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		takeRequest(r)
		io.WriteString(c, hi)
		<-release
		io.WriteString(c, ok+"Content-Length: 6\r\n\r\nforged")
		wrote <- struct{}{}
		r.ReadByte()
	})
	o := newOrigin(t, Options{URL: p.url()})
	for range 3 {
		c := begin(t, o)
		body, err := c.finish()
		require.NoError(t, err)
		require.Equal(t, "hi", body)
		release <- struct{}{}
		<-wrote
	}
}

// closesUnseen answers one request and closes the connection when told to.
func closesUnseen(told <-chan struct{}, done chan<- struct{}) func(int, net.Conn, *bufio.Reader) {
	return func(_ int, c net.Conn, r *bufio.Reader) {
		takeRequest(r)
		io.WriteString(c, hi)
		<-told
		c.Close()
		done <- struct{}{}
	}
}

func TestARequestThatCrossesWithTheCloseIsStale(t *testing.T) {
	told, done := make(chan struct{}), make(chan struct{})
	p := serve(t, closesUnseen(told, done))
	o := newOrigin(t, Options{URL: p.url()})
	_, err := begin(t, o).finish()
	require.NoError(t, err)

	var c call
	c.conn, err = o.get(soon(), &c.cut) // the look at the idle connection finds nothing
	require.NoError(t, err)
	require.True(t, c.conn.Reused())
	told <- struct{}{}
	<-done
	sent, err := c.conn.Send(soon(), []byte("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"))
	require.NoError(t, err)
	require.True(t, sent)
	require.ErrorIs(t, c.conn.ReadHead(&c.head, soon()), ErrStale)
	c.conn.Release(true)
}

func TestARequestThatWasReadBeforeTheCloseIsAmbiguous(t *testing.T) {
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) {
		takeRequest(r)
		io.WriteString(c, hi)
		takeRequest(r)
	})
	o := newOrigin(t, Options{URL: p.url()})
	_, err := begin(t, o).finish()
	require.NoError(t, err)
	c := begin(t, o)
	require.True(t, c.conn.Reused())
	require.ErrorIs(t, c.conn.ReadHead(&c.head, soon()), io.ErrUnexpectedEOF)
	c.conn.Release(true)
}

func TestANewConnectionIsNeverStale(t *testing.T) {
	p := serve(t, func(_ int, c net.Conn, r *bufio.Reader) { takeRequest(r) })
	_, err := begin(t, newOrigin(t, Options{URL: p.url()})).finish()
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
