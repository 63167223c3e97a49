package redis

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/integration/servers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var increment = NewScript("return redis.call('INCRBY', KEYS[1], ARGV[1])", false)

// open makes a client that is as patient as the test needs it.
func open(t *testing.T, url string, patience time.Duration) *Client {
	t.Helper()
	c, err := Open(url, Options{Timeout: patience, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func TestAScriptIsSentInFullOnlyWhenTheServerDoesNotKnowIt(t *testing.T) {
	server := servers.Redis(t)
	c := open(t, server.URL(), 5*time.Second)
	for want := int64(1); want <= 4; want++ {
		if want == 3 {
			require.NoError(t, c.Raw().ScriptFlush(t.Context()).Err())
		}
		got, err := c.Run(t.Context(), increment, []string{"n"}, 1)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	require.NoError(t, c.Raw().ScriptFlush(t.Context()).Err())
	calls := []Call{
		{Script: increment, Keys: []string{"n"}, Args: []any{1}},
		{Script: NewScript("return redis.error_reply('no')", false)},
		{Script: NewScript("return false", false)},
		{Script: increment, Keys: []string{"n"}, Args: []any{1}},
	}
	c.RunAll(t.Context(), calls)
	require.NoError(t, calls[0].Err)
	require.EqualError(t, calls[1].Err, "ERR no")
	require.NoError(t, calls[2].Err)
	require.Nil(t, calls[2].Reply)
	n, err := c.Raw().Get(t.Context(), "n").Int64()
	require.NoError(t, err)
	require.Equal(t, int64(6), n)
	require.True(t, c.Up())
}

func TestAServerThatIsGoneIsKnownToBeAwayAndSeenToBeBack(t *testing.T) {
	for name, fault := range map[string]struct {
		begin, end func(*servers.RedisServer, *testing.T)
	}{
		"killed": {
			func(s *servers.RedisServer, t *testing.T) { s.Kill(t) },
			func(s *servers.RedisServer, t *testing.T) { s.Start(t) },
		},
		"hung": {
			func(s *servers.RedisServer, t *testing.T) { s.Pause(t) },
			func(s *servers.RedisServer, t *testing.T) { s.Resume(t) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := servers.Redis(t)
			c := open(t, server.URL(), 100*time.Millisecond)
			require.Eventually(t, func() bool {
				_, err := c.Run(t.Context(), increment, []string{"n"}, 1)
				return err == nil
			}, 10*time.Second, time.Millisecond)
			fault.begin(server, t)
			for range failuresToOpen {
				_, err := c.Run(t.Context(), increment, []string{"n"}, 1)
				require.Error(t, err)
			}
			require.False(t, c.Up())
			_, err := c.Run(t.Context(), increment, []string{"n"}, 1)
			require.ErrorIs(t, err, ErrAway)
			calls := []Call{{Script: increment}}
			c.RunAll(t.Context(), calls)
			require.ErrorIs(t, calls[0].Err, ErrAway)
			require.Error(t, c.State().Err)
			require.WithinDuration(t, time.Now(), c.State().Since, time.Minute)

			fault.end(server, t)
			require.Eventually(t, c.Up, 10*time.Second, time.Millisecond)
			require.Eventually(t, func() bool {
				_, err := c.Run(t.Context(), increment, []string{"n"}, 1)
				return err == nil
			}, 10*time.Second, time.Millisecond)
		})
	}
}

func TestAServerThatCannotServeCountsAsAway(t *testing.T) {
	server := servers.Redis(t, "requirepass hunter2")
	c := open(t, strings.Replace(server.URL(), "://", "://:wrong-hunter@", 1), 5*time.Second)
	for range failuresToOpen {
		_, err := c.Run(t.Context(), increment, []string{"n"}, 1)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hunter")
	}
	require.False(t, c.Up())
	require.NotContains(t, c.State().Err.Error(), "hunter")

	right := open(t, strings.Replace(server.URL(), "://", "://:hunter2@", 1), 5*time.Second)
	_, err := right.Run(t.Context(), increment, []string{"n"}, 1)
	require.NoError(t, err)
}

func TestAnErrorOfTheScriptSaysNothingOfTheServer(t *testing.T) {
	c := open(t, servers.Redis(t).URL(), 5*time.Second)
	for range 3 * failuresToOpen {
		_, err := c.Run(t.Context(), NewScript("return redis.call('LPUSH')", true), nil)
		require.Error(t, err)
	}
	require.True(t, c.Up())
}

func TestACallerWhoLeavesSaysNothingOfTheServer(t *testing.T) {
	server := servers.Redis(t)
	c := open(t, server.URL(), 50*time.Millisecond)
	server.Pause(t)
	defer server.Resume(t)
	for range 2 * failuresToOpen {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Millisecond, cancel)
		_, err := c.Run(ctx, increment, []string{"n"}, 1)
		require.Error(t, err)
	}
	require.True(t, c.Up())
}

// A server may run a script and be cut off before it has answered.
func TestOnlyARepeatableScriptIsRunAgainWhenItsConnectionBreaks(t *testing.T) {
	for _, repeatable := range []bool{true, false} {
		server := servers.Redis(t)
		front := servers.Before(t, server.Address())
		c := open(t, "redis://"+front.Address(), 5*time.Second)
		script := NewScript("return redis.call('INCR', KEYS[1])", repeatable)
		_, err := c.Run(t.Context(), script, []string{"n"})
		require.NoError(t, err)
		front.Swallow()
		got, err := c.Run(t.Context(), script, []string{"n"})
		if repeatable {
			require.NoError(t, err)
			require.Equal(t, int64(3), got)
		} else {
			require.Error(t, err)
		}
	}
}

func TestHowLongScriptsWereWaitedForIsTold(t *testing.T) {
	server := servers.Redis(t)
	var answered, failed int
	c, err := Open(server.URL(), Options{Timeout: 5 * time.Second, Log: slog.New(slog.DiscardHandler), Took: func(_ time.Duration, fail bool) {
		if fail {
			failed++
		} else {
			answered++
		}
	}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	_, err = c.Run(t.Context(), increment, []string{"n"}, 1)
	require.NoError(t, err)
	_, err = c.Run(t.Context(), NewScript("return redis.error_reply('no')", true), nil) // an answer as well
	require.Error(t, err)
	c.RunAll(t.Context(), []Call{{Script: increment, Keys: []string{"n"}, Args: []any{1}}, {Script: increment, Keys: []string{"n"}, Args: []any{1}}})
	server.Kill(t)
	for range failuresToOpen + 3 { // the last are not tried
		_, err = c.Run(t.Context(), increment, []string{"n"}, 1)
		require.Error(t, err)
	}
	require.Equal(t, 3, answered)
	require.Equal(t, failuresToOpen, failed)
}
