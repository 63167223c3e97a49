package redis

import (
	"context"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
)

func TestAnAnswerIsWaitedForLongerOnlyWhereTheServerIsNotTheReason(t *testing.T) {
	born := time.Now()
	at := func(ms int) time.Time { return born.Add(time.Duration(ms) * time.Millisecond) }
	for name, c := range map[string]struct {
		now, due, latest, answered, until int // milliseconds; until 0: no longer
	}{
		"nobody was ever answered":               {now: 120, due: 120, latest: 1120},
		"nobody was answered for a while":        {now: 120, due: 120, latest: 1120, answered: 109},
		"others are answered":                    {now: 120, due: 120, latest: 1120, answered: 110, until: 125},
		"nobody woke us in time":                 {now: 131, due: 120, latest: 1120, until: 136},
		"we were woken nearly in time":           {now: 130, due: 120, latest: 1120},
		"never beyond the latest":                {now: 1118, due: 1117, latest: 1120, answered: 1118, until: 1120},
		"the latest is past, others or no":       {now: 1120, due: 1119, latest: 1120, answered: 1120},
		"the latest is past, and nobody woke us": {now: 1500, due: 120, latest: 1120},
	} {
		t.Run(name, func(t *testing.T) {
			p := patience{timeout: 20 * time.Millisecond, born: born}
			p.answered.Store(int64(time.Duration(c.answered) * time.Millisecond))
			want := time.Time{}
			if c.until > 0 {
				want = at(c.until)
			}
			require.Equal(t, want, p.longer(at(c.now), at(c.due), at(c.latest)))
		})
	}
}

// hushed is a connection whose answer comes after some reads have run out of time.
type hushed struct {
	net.Conn
	timeouts int
	onRead   func()
}

func (h *hushed) SetReadDeadline(time.Time) error { return nil }

func (h *hushed) Read(to []byte) (int, error) {
	h.onRead()
	if h.timeouts--; h.timeouts >= 0 {
		return 0, os.ErrDeadlineExceeded
	}
	return copy(to, "+OK"), nil
}

func TestAnAnswerIsReadLateWhileOthersAreAnswered(t *testing.T) {
	for name, othersAreAnswered := range map[string]bool{"others are answered": true, "nobody is": false} {
		t.Run(name, func(t *testing.T) {
			p := patience{timeout: time.Hour, away: new(atomic.Bool), born: time.Now().Add(-24 * time.Hour)}
			inner := &hushed{timeouts: 3, onRead: func() {
				if othersAreAnswered {
					p.answered.Store(int64(time.Since(p.born)))
				}
			}}
			c := p.patient(inner)
			require.NoError(t, c.SetReadDeadline(time.Now().Add(2*time.Hour)))
			n, err := c.Read(make([]byte, 8))
			if !othersAreAnswered {
				require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				require.Equal(t, 2, inner.timeouts)
				return
			}
			require.NoError(t, err)
			require.Equal(t, 3, n)
		})
	}
}

func TestWhoWaitedLongForAConnectionHasAMomentLeftToRead(t *testing.T) {
	for name, isAway := range map[string]bool{"the server is there": false, "the server is away": true} {
		t.Run(name, func(t *testing.T) {
			p := patience{timeout: time.Hour, away: new(atomic.Bool), born: time.Now()}
			p.away.Store(isAway)
			c := &conn{Conn: &hushed{}, patience: &p}
			begun := time.Now()
			require.NoError(t, c.SetReadDeadline(begun.Add(time.Millisecond))) // due long ago
			require.Equal(t, isAway, c.due.Before(begun.Add(15*time.Minute)))
			require.False(t, c.due.Before(begun))
		})
	}
}

func TestAServerThatHangsIsNotWaitedForByThoseInTheQueueEither(t *testing.T) {
	server := servers.Redis(t)
	c, err := Open(server.URL(), Options{Timeout: 20 * time.Millisecond, Connections: 2, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	require.Eventually(t, func() bool {
		_, err := c.Run(t.Context(), increment, []string{"n"}, 1)
		return err == nil
	}, time.Minute, time.Millisecond)
	server.Pause(t)
	defer server.Resume(t)
	var calls sync.WaitGroup
	for range 32 {
		calls.Go(func() {
			if _, err := c.Run(context.Background(), increment, []string{"n"}, 1); err == nil {
				t.Error("a server that hangs has answered")
			}
		})
	}
	calls.Wait()
	require.False(t, c.Up())
}

func TestWhoWaitsForAConnectionIsLetGoWhenTheServerTurnsOutToBeAway(t *testing.T) {
	server := servers.Redis(t)
	c, err := Open(server.URL(), Options{Timeout: time.Minute, Connections: 1, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	server.Pause(t)
	var calls sync.WaitGroup
	ended := make(chan error, 2)
	for range 2 {
		calls.Go(func() {
			_, err := c.Run(context.Background(), increment, []string{"n"}, 1)
			ended <- err
		})
	}
	for range failuresToOpen {
		c.breaker.note(t.Context(), ErrAway)
	}
	select { // the other may have the connection
	case err := <-ended:
		require.Error(t, err)
	case <-time.After(30 * time.Second):
		t.Error("a call still waits for a connection")
	}
	server.Resume(t)
	calls.Wait()
}
