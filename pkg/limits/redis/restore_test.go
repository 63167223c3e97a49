package redis

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// restored has restorers look after a server's counts, until the test ends.
func restored(t *testing.T, server *servers.RedisServer, n int, used func(context.Context) ([]Used, error)) *redis.Client {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	t.Cleanup(func() { stop(); running.Wait() })
	c := client(t, server, redis.Options{Log: slog.New(slog.DiscardHandler)})
	for range n {
		r := Restorer{Redis: c, Used: used, Log: slog.New(slog.DiscardHandler)}
		running.Go(func() { r.Run(ctx) })
	}
	return c
}

// timesRestored waits until the counts were restored so often since they were lost.
func timesRestored(t *testing.T, c *redis.Client, n int64) {
	t.Helper()
	require.Eventually(t, func() bool {
		times, err := c.Raw().Get(t.Context(), restoredKey).Int64()
		return err == nil && times >= n
	}, 30*time.Second, 5*time.Millisecond)
}

func TestCountsThatRedisHasLostAreRestoredFromTheLedger(t *testing.T) {
	t.Parallel()
	server := servers.Redis(t)
	r := limiter(t, server, Options{})
	window, month := requests(100, time.Hour), budget(1000)
	empty := requests(10, time.Hour)
	c := restored(t, server, 3, func(context.Context) ([]Used, error) {
		return []Used{{window, 60}, {month, 700}, {&limits.Limit{ID: "places", Kind: limits.Concurrency, Max: 1}, 5}}, nil
	})
	timesRestored(t, c, 1)

	require.NoError(t, c.Raw().FlushAll(t.Context()).Err())
	timesRestored(t, c, 1)
	require.Equal(t, int64(60), used(t, r, window))
	require.Equal(t, int64(700), used(t, r, month))
	require.Zero(t, used(t, r, empty))
	require.Equal(t, int64(40), parallel(t, []*Limiter{r}, 200, window, 1))
	take(t, r, month, 300)
	refused(t, r, month, 1)
}

func TestWhatRedisHasCountedAlreadyIsNotRestoredOnTop(t *testing.T) {
	t.Parallel()
	server := servers.Redis(t)
	r := limiter(t, server, Options{})
	l, more := requests(100, time.Hour), requests(100, time.Hour)
	for range 10 {
		take(t, r, l, 1, more, 1)
	}
	c := restored(t, server, 1, func(context.Context) ([]Used, error) { return []Used{{l, 7}, {more, 25}}, nil })
	timesRestored(t, c, 2)
	require.Equal(t, int64(10), used(t, r, l))
	require.Equal(t, int64(25), used(t, r, more))
}

func TestALedgerThatIsAwayIsAskedAgain(t *testing.T) {
	t.Parallel()
	server := servers.Redis(t)
	r := limiter(t, server, Options{})
	l := requests(100, time.Hour)
	var asked atomic.Int64
	c := restored(t, server, 1, func(context.Context) ([]Used, error) {
		if asked.Add(1) == 1 {
			return nil, errors.New("the ledger is away")
		}
		return []Used{{l, 60}}, nil
	})
	timesRestored(t, c, 1)
	require.Equal(t, int64(60), used(t, r, l))
}

// What was restored before the data were lost again does not count as done.
func TestALossWhileCountsAreRestoredIsNotMissed(t *testing.T) {
	server := servers.Redis(t)
	r := limiter(t, server, Options{})
	l := requests(100, time.Hour)
	c := client(t, server, redis.Options{})
	restorer := Restorer{Redis: c, Log: slog.New(slog.DiscardHandler), Used: func(ctx context.Context) ([]Used, error) {
		return []Used{{l, 60}}, c.Raw().FlushAll(ctx).Err()
	}}
	require.NoError(t, c.Raw().Set(t.Context(), restoringKey, "me", restoreWithin).Err())
	require.NoError(t, restorer.restore(t.Context(), "me"))
	require.Error(t, c.Raw().Get(t.Context(), restoredKey).Err(), "it is not marked")
	require.Equal(t, int64(60), used(t, r, l))
}

func TestWhileOneRestoresCountsOthersDoNot(t *testing.T) {
	c := client(t, servers.Redis(t), redis.Options{})
	asked := 0
	restorer := Restorer{Redis: c, Log: slog.New(slog.DiscardHandler), Used: func(context.Context) ([]Used, error) {
		asked++
		return nil, nil
	}}
	require.NoError(t, c.Raw().Set(t.Context(), restoredKey, 1, 0).Err())
	require.NoError(t, restorer.look(t.Context(), "me"))
	require.NoError(t, restorer.look(t.Context(), "another"))
	require.NoError(t, restorer.look(t.Context(), "me"))
	require.Equal(t, 1, asked)
	times, err := c.Raw().Get(t.Context(), restoredKey).Int64()
	require.NoError(t, err)
	require.Equal(t, int64(restoreTimes), times)
}

func TestUntilCountsAreRestoredALimitGoesByItsShare(t *testing.T) {
	server := servers.Redis(t)
	r := limiter(t, server, Options{})
	c := client(t, server, redis.Options{})
	l := requests(100, time.Hour)
	deny := budget(100)
	require.NoError(t, c.Raw().Set(t.Context(), restoredKey, restoreTimes, 0).Err())
	require.Eventually(t, r.mark.seen.Load, 30*time.Second, time.Millisecond)
	for range 60 {
		require.Equal(t, limits.Counted, take(t, r, l, 1).Source)
	}
	require.NoError(t, c.Raw().FlushAll(t.Context()).Err())
	for range 40 {
		require.Equal(t, limits.ByPolicy, take(t, r, l, 1).Source)
	}
	require.True(t, refused(t, r, l, 1).ByPolicy)
	require.True(t, refused(t, r, deny, 1).Unavailable)

	restored(t, server, 1, func(context.Context) ([]Used, error) { return []Used{{l, 100}}, nil })
	require.Equal(t, limits.Counted, counted(t, r, deny).Source)
	require.False(t, refused(t, r, l, 1).ByPolicy)
}

func TestCountsThatNobodyRestoresBeginAnew(t *testing.T) {
	var m mark
	now := time.Now()
	require.False(t, m.note(false, now), "it was never there")
	require.Empty(t, m.needed())
	m.note(true, now)
	require.Equal(t, restoredKey, m.needed())
	require.False(t, m.note(false, now))
	require.False(t, m.note(false, now.Add(unrestored-1)))
	require.Equal(t, restoredKey, m.needed())
	m.note(true, now)
	require.False(t, m.note(false, now))
	require.True(t, m.note(false, now.Add(unrestored)))
	require.Empty(t, m.needed())
}
