package gone

import (
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
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

func TestManyWatchesAtOnceAreKeptApart(t *testing.T) {
	w := newWatcher(t)
	const n = 100
	var clients [n]*net.TCPConn
	var calls [n]atomic.Int32
	var handles [n]Handle
	var leaving sync.WaitGroup
	for i := range n {
		client, server := pair(t)
		clients[i] = client
		leaves := i%3 != 0
		if leaves {
			leaving.Add(1)
		}
		handles[i] = w.Watch(server, func() {
			calls[i].Add(1)
			leaving.Done() // panics for one that stays
		})
	}
	for i, c := range clients {
		if i%3 != 0 {
			c.Close()
		}
	}
	leaving.Wait()
	for i, h := range handles {
		require.Equal(t, i%3 != 0, h.Stop())
		require.EqualValues(t, min(i%3, 1), calls[i].Load())
	}
}

func TestAClientThatHadLeftBeforeIsNoticed(t *testing.T) {
	w := newWatcher(t)
	client, server := pair(t)
	client.Close()
	called := make(chan struct{})
	defer w.Watch(server, func() { close(called) }).Stop()
	requireCalled(t, called)
}

func TestAClientThatOnlyStopsSendingCountsAsGone(t *testing.T) {
	w := newWatcher(t)
	client, server := pair(t)
	called := make(chan struct{})
	defer w.Watch(server, func() { close(called) }).Stop()
	require.NoError(t, client.CloseWrite())
	requireCalled(t, called)
}

func TestAClientThatResetsIsNoticed(t *testing.T) {
	w := newWatcher(t)
	client, server := pair(t)
	called := make(chan struct{})
	defer w.Watch(server, func() { close(called) }).Stop()
	require.NoError(t, client.SetLinger(0))
	client.Close()
	requireCalled(t, called)
}

func TestAConnectionIsWatchedForOneCallAfterAnother(t *testing.T) {
	w := newWatcher(t)
	client, server := pair(t)
	for range 50 {
		h := w.Watch(server, func() { t.Error("called for a client that is there") })
		_, err := client.Write([]byte("x"))
		require.NoError(t, err)
		_, err = server.Read(make([]byte, 1))
		require.NoError(t, err)
		require.False(t, h.Stop())
	}
	called := make(chan struct{})
	h := w.Watch(server, func() { close(called) })
	client.Close()
	requireCalled(t, called)
	require.True(t, h.Stop())
}

func TestAFileDescriptorThatIsUsedAgainNeverFiresForAnotherCall(t *testing.T) {
	w := newWatcher(t)
	for range 50 {
		client, server := pair(t)
		h := w.Watch(server, func() {})
		h.Stop()
		client.Close()
		server.Close()
		// The number of the closed socket goes to the next one.
		other, accepted := pair(t)
		h = w.Watch(accepted, func() { t.Error("called for a client that is there") })
		// Once a later one has been noticed, an old event would have been, too.
		last, lastServer := pair(t)
		called := make(chan struct{})
		hLast := w.Watch(lastServer, func() { close(called) })
		last.Close()
		requireCalled(t, called)
		hLast.Stop()
		require.False(t, h.Stop())
		other.Close()
	}
}

func TestLeftIsNeverCalledAfterStop(t *testing.T) {
	w := newWatcher(t)
	for range 300 {
		client, server := pair(t)
		var stopped, late atomic.Bool
		h := w.Watch(server, func() {
			if stopped.Load() {
				late.Store(true)
			}
		})
		go client.Close()
		h.Stop()
		stopped.Store(true)
		again := make(chan struct{})
		h = w.Watch(server, func() { close(again) })
		requireCalled(t, again)
		require.True(t, h.Stop())
		require.False(t, late.Load())
	}
}

// wrapper hides a connection as TLS does.
type wrapper struct{ net.Conn }

func (w wrapper) NetConn() net.Conn { return w.Conn }

func TestWrappersAreLookedThrough(t *testing.T) {
	w := newWatcher(t)
	client, server := pair(t)
	called := make(chan struct{})
	defer w.Watch(tls.Server(wrapper{server}, &tls.Config{}), func() { close(called) }).Stop()
	client.Close()
	requireCalled(t, called)
}

func TestWhatIsNoSocketIsNotWatched(t *testing.T) {
	w := newWatcher(t)
	client, server := net.Pipe()
	h := w.Watch(server, func() { t.Error("called for a pipe") })
	client.Close()
	require.False(t, h.Stop())
	require.False(t, Handle{}.Stop())
}

func TestAClosedConnectionOrWatcherIsNotWatched(t *testing.T) {
	w := newWatcher(t)
	_, server := pair(t)
	server.Close()
	require.False(t, w.Watch(server, func() {}).Stop())

	closed, err := New()
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	client, server := pair(t)
	h := closed.Watch(server, func() { t.Error("called after Close") })
	client.Close()
	require.False(t, h.Stop())
}

func BenchmarkWatchAndStop(b *testing.B) {
	w := newWatcher(b)
	_, server := pair(b)
	left := func() {}
	b.ReportAllocs()
	for b.Loop() {
		w.Watch(server, left).Stop()
	}
}
