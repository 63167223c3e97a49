package gone

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newWatcher(t testing.TB) *Watcher {
	t.Helper()
	w, err := New()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w
}

// pair returns the two ends of a TCP connection.
func pair(t testing.TB) (client, server *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	s, err := l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { c.Close(); s.Close() })
	return c.(*net.TCPConn), s.(*net.TCPConn)
}

func requireCalled(t *testing.T, called <-chan struct{}) {
	t.Helper()
	select {
	case <-called:
	case <-time.After(20 * time.Second):
		require.Fail(t, "a client that left was not noticed")
	}
}

func TestAHundredClientsThatLeaveAreAllNoticed(t *testing.T) {
	w := newWatcher(t)
	for range 100 {
		client, server := pair(t)
		called := make(chan struct{}, 2)
		h := w.Watch(server, func() { called <- struct{}{} })
		require.Empty(t, called)
		client.Close()
		requireCalled(t, called)
		require.True(t, h.Stop())
		require.False(t, h.Stop())
		require.Empty(t, called)
	}
}
