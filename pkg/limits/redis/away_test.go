package redis

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// hasty makes a limiter that does not wait for Redis for long.
func hasty(t *testing.T, server *servers.RedisServer, o Options) *Limiter {
	t.Helper()
	o.Redis = client(t, server, redis.Options{Timeout: 100 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	return limiter(t, server, o)
}

// away has a limiter notice that Redis is away.
func away(t *testing.T, r *Limiter) {
	t.Helper()
	l := &limits.Limit{ID: id("probe"), Kind: limits.Requests, Max: limits.MostMax, Period: time.Minute, Policy: limits.Allow}
	require.Eventually(t, func() bool {
		take(t, r, l, 1)
		return !r.redis.Up()
	}, time.Minute, time.Millisecond)
}

// becomes waits until so much of a limit is used: Redis is back, and was told of
// all that passed meanwhile.
func becomes(t *testing.T, r *Limiter, l *limits.Limit, want int64) {
	t.Helper()
	last := int64(-1)
	require.Eventually(t, func() bool {
		if u, err := r.Usage(t.Context(), l); err == nil {
			last = u.Used
		}
		return last == want
	}, time.Minute, 5*time.Millisecond, "want %d", want)
}

// counted calls until Redis counts one.
func counted(t *testing.T, r *Limiter, l *limits.Limit) limits.Hold {
	t.Helper()
	var h limits.Hold
	require.Eventually(t, func() bool {
		var refusal *limits.Refusal
		var err error
		h, refusal, err = r.Reserve(t.Context(), id("call"), wants(l, 1))
		require.NoError(t, err)
		return refusal == nil && h.Source == limits.Counted
	}, time.Minute, time.Millisecond)
	return h
}

var faults = map[string]struct {
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
}

func TestWhileRedisIsAwayEachLimitsPolicyDecides(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			server := servers.Redis(t)
			r := hasty(t, server, Options{Nodes: func() int { return 3 }})
			share := requests(30, time.Minute)
			allow, deny := requests(1, time.Minute), requests(100, time.Minute)
			allow.Policy, deny.Policy = limits.Allow, limits.Deny
			counted(t, r, deny)

			fault.begin(server, t)
			away(t, r)
			for range 10 {
				require.Equal(t, limits.ByPolicy, take(t, r, share, 1, allow, 1).Source)
			}
			refusal := refused(t, r, share, 1, allow, 1)
			require.Equal(t, share, refusal.Limit)
			require.False(t, refusal.Unavailable)
			refusal = refused(t, r, allow, 1, deny, 1)
			require.Equal(t, deny, refusal.Limit)
			require.True(t, refusal.Unavailable)
			require.Equal(t, "limiter_unavailable", refusal.Error().Code)

			fault.end(server, t)
			counted(t, r, deny)
		})
	}
}

func TestTheShareOfALimitKnowsWhatWasUsedBefore(t *testing.T) {
	server := servers.Redis(t)
	r := hasty(t, server, Options{Nodes: func() int { return 3 }})
	l := requests(30, time.Minute)
	for range 21 { // of all nodes
		counted(t, r, l)
	}
	server.Pause(t)
	away(t, r)
	for range 3 { // its share of the 9 that are left
		take(t, r, l, 1)
	}
	refused(t, r, l, 1)
	server.Resume(t)
}

func TestTheNumberOfNodesIsNeverTakenForLessThanItWas(t *testing.T) {
	server := servers.Redis(t)
	var nodes atomic.Int64
	nodes.Store(4)
	r := hasty(t, server, Options{Nodes: func() int { return int(nodes.Load()) }})
	server.Kill(t)
	away(t, r)
	nodes.Store(1) // the others cannot be seen
	l := requests(8, time.Minute)
	take(t, r, l, 1)
	take(t, r, l, 1)
	refused(t, r, l, 1)
	nodes.Store(8) // one more is counted
	refused(t, r, requests(0, time.Minute), 1)
	more := requests(8, time.Minute)
	take(t, r, more, 1)
	refused(t, r, more, 1)
}

func TestWhatPassedWhileRedisWasAwayIsCountedWhenItIsBack(t *testing.T) {
	server := servers.Redis(t)
	r := hasty(t, server, Options{})
	l := requests(100, time.Minute)
	money := budget(1000)
	money.Policy = limits.LocalShare
	before := counted(t, r, l)
	require.NoError(t, r.Settle(t.Context(), before, []int64{1}))
	becomes(t, r, l, 1)

	server.Pause(t)
	var holds []limits.Hold
	for range 20 {
		holds = append(holds, take(t, r, l, 1, money, 10))
	}
	for _, h := range holds[:10] { // the first of them are those that Redis was asked for
		require.NoError(t, r.Settle(t.Context(), h, []int64{1, 7}))
	}
	server.Resume(t)
	becomes(t, r, money, 70)
	for _, h := range holds[10:] {
		require.NoError(t, r.Settle(t.Context(), h, []int64{1, 7}))
	}
	becomes(t, r, l, 21)
	becomes(t, r, money, 140)
	u, err := r.Usage(t.Context(), money)
	require.NoError(t, err)
	require.Zero(t, u.Held)
}

func TestACallThatEndsWhileRedisIsAwayIsSettledWhenItIsBack(t *testing.T) {
	server := servers.Redis(t)
	r := hasty(t, server, Options{})
	money, places := budget(1000), &limits.Limit{ID: id("places"), Group: "g", Kind: limits.Concurrency, Max: 3}
	h := counted(t, r, places)
	paid := take(t, r, money, 100)
	server.Pause(t)
	away(t, r)
	require.NoError(t, r.Settle(t.Context(), h, []int64{1}))
	require.NoError(t, r.Settle(t.Context(), paid, []int64{60}))
	server.Resume(t)
	becomes(t, r, money, 60)
	becomes(t, r, places, 0)
}

func TestACallOfWhichRedisNeverHeardIsCountedAlsoWhenTheAnswerToItsSettlementIsLost(t *testing.T) {
	r := limiter(t, servers.Redis(t), Options{})
	l := &limits.Limit{ID: id("tokens"), Kind: limits.Tokens, Max: 1000, Period: time.Minute, Policy: limits.Allow}
	counted(t, r, &limits.Limit{ID: l.ID, Kind: l.Kind, Max: l.Max, Period: l.Period, Policy: l.Policy}) // one token, so that there is a count
	h := limits.Hold{CallID: id("call"), Wants: wants(l, 50), Source: limits.ByPolicy, Unsure: true}
	lost := r.settlements(nil, h, []int64{70}, ended)
	r.redis.RunAll(t.Context(), lost)
	require.NoError(t, lost[0].Err)
	require.EqualValues(t, unknown, lost[0].Reply)

	require.NoError(t, r.Settle(t.Context(), h, []int64{70})) // once more
	require.True(t, r.catchUp(t.Context()))
	becomes(t, r, l, 71)

	_, _, err := r.Reserve(t.Context(), h.CallID, wants(l, 50)) // the reservation arrives after all
	require.ErrorIs(t, err, errSettled)
}

func TestMoneyIsSeededFromTheLedgerBeforeItIsAdmitted(t *testing.T) {
	server := servers.Redis(t)
	var ledger, asked atomic.Int64
	var broken atomic.Bool
	seed := func(context.Context, *limits.Limit) (int64, bool) {
		asked.Add(1)
		return ledger.Load(), !broken.Load()
	}
	var all []*Limiter
	for range 3 {
		all = append(all, limiter(t, server, Options{Seed: seed}))
	}
	money, window := budget(1000), budget(1000)
	window.Calendar, window.Period = limits.NoCalendar, time.Hour
	for _, l := range []*limits.Limit{money, window} {
		ledger.Store(0)
		require.NoError(t, all[0].redis.Raw().FlushAll(t.Context()).Err())
		require.Equal(t, int64(100), parallel(t, all, 300, l, 10))

		// The data are lost; the ledger has seen nearly all.
		ledger.Store(970)
		require.NoError(t, all[0].redis.Raw().FlushAll(t.Context()).Err())
		require.Equal(t, int64(3), parallel(t, all, 300, l, 10))
		require.Equal(t, int64(1000), used(t, all[0], l))

		// Nothing is admitted while the ledger cannot tell.
		broken.Store(true)
		require.NoError(t, all[0].redis.Raw().FlushAll(t.Context()).Err())
		require.True(t, refused(t, all[1], l, 10).Unavailable)
		broken.Store(false)
		take(t, all[1], l, 30)
	}
	before := asked.Load()
	take(t, all[0], requests(10, time.Minute), 1)
	require.Equal(t, before, asked.Load(), "only money is seeded")
}

func TestMoneyOfCallsUnderWayIsChargedAfterALossOfData(t *testing.T) {
	server := servers.Redis(t)
	r := limiter(t, server, Options{Seed: func(context.Context, *limits.Limit) (int64, bool) { return 500, true }})
	money := budget(1000)
	h := take(t, r, money, 100)
	require.NoError(t, r.redis.Raw().FlushAll(t.Context()).Err())
	require.NoError(t, r.Settle(t.Context(), h, []int64{80}))
	becomes(t, r, money, 580)
}

func TestPlacesOfCallsUnderWayComeBackAfterALossOfData(t *testing.T) {
	server := servers.Redis(t)
	r := limiter(t, server, Options{LeaseFor: 3 * time.Second})
	l := &limits.Limit{ID: id("places"), Group: "g", Kind: limits.Concurrency, Max: 3}
	h := take(t, r, l, 1)
	take(t, r, l, 1)
	require.NoError(t, r.redis.Raw().FlushAll(t.Context()).Err())
	require.Eventually(t, func() bool { return used(t, r, l) == 2 }, time.Minute, 10*time.Millisecond)
	require.NoError(t, r.Settle(t.Context(), h, nil))
	require.Equal(t, int64(1), used(t, r, l))
}

func TestNoCallFailsWhenTheServerForgetsItsScripts(t *testing.T) {
	server := servers.Redis(t)
	all := edges(t, server, 3)
	l := requests(limits.MostMax, time.Minute)
	var calls atomic.Int64
	var done sync.WaitGroup
	for _, r := range all {
		done.Go(func() {
			for range 300 {
				h, refusal, err := r.Reserve(context.Background(), id("call"), wants(l, 1))
				if err != nil || refusal != nil || h.Source != limits.Counted {
					t.Errorf("%v %v %v", h.Source, refusal, err)
				}
				if err := r.Settle(context.Background(), h, nil); err != nil {
					t.Error(err)
				}
				calls.Add(1)
			}
		})
	}
	for calls.Load() < 600 {
		require.NoError(t, all[0].redis.Raw().ScriptFlush(t.Context()).Err())
	}
	done.Wait()
	require.Equal(t, int64(900), used(t, all[0], l))
}

func TestALimitHoldsThroughARestartThatLosesEverything(t *testing.T) {
	server := servers.Redis(t)
	r := hasty(t, server, Options{})
	l := requests(10, time.Minute)
	server.Kill(t)
	away(t, r)
	for range 10 {
		h := take(t, r, l, 1)
		require.NoError(t, r.Settle(t.Context(), h, nil))
	}
	refused(t, r, l, 1)
	server.Start(t)
	becomes(t, r, l, 10)
	refused(t, r, l, 1)
}

func TestWhatCannotBeKeptIsGivenUpFromTheOldest(t *testing.T) {
	server := servers.Redis(t)
	var log strings.Builder
	c := client(t, server, redis.Options{Timeout: 100 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	r := limiter(t, server, Options{Redis: c, Log: slog.New(slog.NewTextHandler(&log, nil))})
	money := budget(limits.MostMax)
	server.Pause(t)
	away(t, r)
	for range keepMost + 10 {
		require.NoError(t, r.Settle(t.Context(), limits.Hold{CallID: id("call"), Wants: wants(money, 1)}, nil))
	}
	server.Resume(t)
	becomes(t, r, money, keepMost)
	require.NoError(t, r.Close())
	require.Contains(t, log.String(), "calls=")
}
