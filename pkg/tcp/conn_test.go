package tcp_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/tcp"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pair is a Conn and the plain connection at its other end.
func pair(t testing.TB) (c *tcp.Conn, peer *net.TCPConn) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	out, err := net.Dial("tcp", ln.Addr().String())
	require.NoError(t, err)
	in, err := ln.Accept()
	require.NoError(t, err)
	c, peer = tcp.New(out.(*net.TCPConn)), in.(*net.TCPConn)
	require.NoError(t, c.SetWriteBuffer(64<<10))
	require.NoError(t, peer.SetReadBuffer(64<<10))
	t.Cleanup(func() {
		c.Close()
		peer.Close()
	})
	return c, peer
}

// noise is more than both sockets' buffers hold, so that writers have to wait.
func noise() []byte {
	b := make([]byte, 4<<20)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(b)
	return b
}

func TestBytesArriveWholeAndInOrder(t *testing.T) {
	sent := noise()
	for name, write := range map[string]func(*tcp.Conn) (int64, error){
		"in one": func(c *tcp.Conn) (int64, error) {
			n, err := c.Write(sent)
			return int64(n), err
		},
		"in buffers": func(c *tcp.Conn) (int64, error) {
			var v net.Buffers
			for rest := sent; len(rest) > 0; {
				n := min(len(rest), rand.N(16<<10)) // some are empty, and there are more than the kernel takes at once
				v, rest = append(v, rest[:n]), rest[n:]
			}
			n, err := c.WriteBuffers(&v)
			if len(v) > 0 {
				err = errors.Join(err, errors.New("not all was written"))
			}
			return n, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, peer := pair(t)
			var n int64
			wrote := make(chan error)
			go func() {
				var err error
				n, err = write(c)
				c.CloseWrite()
				wrote <- err
			}()
			got, err := io.ReadAll(peer)
			require.NoError(t, err)
			require.NoError(t, <-wrote)
			require.Equal(t, int64(len(sent)), n)
			require.True(t, bytes.Equal(sent, got))
		})
	}
	t.Run("to be read", func(t *testing.T) {
		c, peer := pair(t)
		go func() {
			_, _ = peer.Write(sent)
			peer.CloseWrite()
		}()
		got, err := io.ReadAll(c)
		require.NoError(t, err)
		require.True(t, bytes.Equal(sent, got))
	})
}

func TestNothingIsReadIntoNoRoomAndNothingWrittenOfNothing(t *testing.T) {
	c, peer := pair(t)
	n, err := c.Read(nil)
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = c.Write(nil)
	require.NoError(t, err)
	require.Zero(t, n)
	v := net.Buffers{nil, {}}
	m, err := c.WriteBuffers(&v)
	require.NoError(t, err)
	require.Zero(t, m)
	require.Empty(t, v)
	require.NoError(t, c.CloseWrite())
	n, err = peer.Read(make([]byte, 1))
	require.Equal(t, io.EOF, err)
	require.Zero(t, n)
}

func TestAReadEndsAtItsDeadlineAndMayBeTriedAgain(t *testing.T) {
	c, peer := pair(t)
	c.SetReadDeadline(time.Now().Add(time.Millisecond))
	buf := make([]byte, 8)
	n, err := c.Read(buf)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Zero(t, n)
	var timeout net.Error
	require.ErrorAs(t, err, &timeout)
	require.True(t, timeout.Timeout())

	c.SetReadDeadline(time.Time{})
	_, err = peer.Write([]byte("late"))
	require.NoError(t, err)
	n, err = c.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "late", string(buf[:n]))
}

func TestAWriteEndsAtItsDeadlineAndTheRestMayFollow(t *testing.T) {
	sent := noise()
	c, peer := pair(t)
	v := net.Buffers{sent[:1], sent[1:9], sent[9:]}
	c.SetWriteDeadline(time.Now().Add(time.Millisecond))
	n, err := c.WriteBuffers(&v)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Less(t, n, int64(len(sent)))

	c.SetWriteDeadline(time.Time{})
	var m int64
	wrote := make(chan error)
	go func() {
		var err error
		m, err = c.WriteBuffers(&v)
		c.CloseWrite()
		wrote <- err
	}()
	got, err := io.ReadAll(peer)
	require.NoError(t, err)
	require.NoError(t, <-wrote)
	require.Equal(t, int64(len(sent)), n+m)
	require.True(t, bytes.Equal(sent, got))
}

func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	c, _ := pair(t)
	ended := make(chan error, 2)
	go func() {
		_, err := c.Read(make([]byte, 1))
		ended <- err
	}()
	go func() {
		_, err := c.Write(noise())
		ended <- err
	}()
	require.NoError(t, c.Close())
	require.ErrorIs(t, <-ended, net.ErrClosed)
	require.ErrorIs(t, <-ended, net.ErrClosed)
}

func TestThePeersEndIsSeenForWhatItIs(t *testing.T) {
	t.Run("closed", func(t *testing.T) {
		c, peer := pair(t)
		require.NoError(t, peer.Close())
		_, err := c.Read(make([]byte, 1))
		require.Equal(t, io.EOF, err)
	})
	t.Run("reset", func(t *testing.T) {
		c, peer := pair(t)
		peer.SetLinger(0)
		require.NoError(t, peer.Close())
		_, err := c.Read(make([]byte, 1))
		require.ErrorIs(t, err, syscall.ECONNRESET)
		_, err = c.Write([]byte("x"))
		require.ErrorIs(t, err, syscall.EPIPE)
		var op *net.OpError
		require.ErrorAs(t, err, &op)
		require.Equal(t, c.RemoteAddr(), op.Addr)
	})
}

func TestSilentTellsWithoutTaking(t *testing.T) {
	silent := func(c *tcp.Conn) (yes bool) {
		raw, err := c.SyscallConn()
		require.NoError(t, err)
		require.NoError(t, raw.Control(func(fd uintptr) { yes = tcp.Silent(fd) }))
		return yes
	}
	c, peer := pair(t)
	require.True(t, silent(c))
	_, err := peer.Write([]byte("x"))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return !silent(c) }, time.Minute, time.Millisecond)
	buf := make([]byte, 8)
	n, err := c.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "x", string(buf[:n]))
	require.True(t, silent(c))
	require.NoError(t, peer.Close())
	require.Eventually(t, func() bool { return !silent(c) }, time.Minute, time.Millisecond)
}

func TestWhatIsNoTCPIsLeftAsItIs(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	require.Same(t, a, tcp.Wrap(a))
	c, _ := pair(t)
	require.Same(t, c, tcp.Wrap(c))
}

func TestReadingAndWritingAllocateNothing(t *testing.T) {
	c, peer := pair(t)
	go func() { _, _ = io.Copy(struct{ io.Writer }{peer}, struct{ io.Reader }{peer}) }()
	buf := make([]byte, 64)
	parts := make([][]byte, 2)
	var v net.Buffers
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_, _ = c.Write(buf[:8])
		_, _ = io.ReadFull(c, buf[:8])
		parts[0], parts[1] = buf[:4], buf[4:8]
		v = parts
		_, _ = c.WriteBuffers(&v)
		_, _ = io.ReadFull(c, buf[:8])
	}))
}
