package redis

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var serial atomic.Int64

func id(of string) string { return fmt.Sprintf("%s-%d", of, serial.Add(1)) }

func requests(most int64, period time.Duration) *limits.Limit {
	return &limits.Limit{ID: id("requests"), Group: "g", Kind: limits.Requests, Max: most, Period: period}
}

func budget(most int64) *limits.Limit {
	return &limits.Limit{ID: id("budget"), Group: "g", Kind: limits.Money, Max: most, Calendar: limits.Year, Policy: limits.Deny}
}

func wants(pairs ...any) []limits.Want {
	var w []limits.Want
	for i := 0; i < len(pairs); i += 2 {
		w = append(w, limits.Want{Limit: pairs[i].(*limits.Limit), Amount: int64(pairs[i+1].(int))})
	}
	return w
}

// take reserves and expects to get it.
func take(t *testing.T, l limits.Limiter, pairs ...any) limits.Hold {
	t.Helper()
	hold, refusal, err := l.Reserve(t.Context(), id("call"), wants(pairs...))
	require.NoError(t, err)
	require.Nil(t, refusal)
	return hold
}

// refused reserves and expects to be refused.
func refused(t *testing.T, l limits.Limiter, pairs ...any) *limits.Refusal {
	t.Helper()
	_, refusal, err := l.Reserve(t.Context(), id("call"), wants(pairs...))
	require.NoError(t, err)
	require.NotNil(t, refusal)
	return refusal
}

func used(t *testing.T, l limits.Limiter, of *limits.Limit) int64 {
	t.Helper()
	u, err := l.Usage(t.Context(), of)
	require.NoError(t, err)
	return u.Used
}

// edges are limiters as several nodes have them, each with connections of its own.
func edges(t *testing.T, server *servers.RedisServer, n int) []*Limiter {
	t.Helper()
	all := make([]*Limiter, n)
	for i := range all {
		all[i] = limiter(t, server, Options{Nodes: func() int { return n }})
	}
	return all
}

func TestEdgesTogetherAdmitExactlyTheMaximum(t *testing.T) {
	for _, n := range []int{1, 3, 5} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			all := edges(t, servers.Redis(t), n)
			l := requests(100, time.Minute)
			money := budget(1000)
			money.Max = 50 * 7
			require.Equal(t, int64(100), parallel(t, all, 1000, l, 1))
			require.Equal(t, int64(50), parallel(t, all, 200, money, 7))
		})
	}
}

// parallel has n calls over all limiters at the same time and returns how many
// were admitted.
func parallel(t *testing.T, all []*Limiter, n int, l *limits.Limit, amount int) int64 {
	t.Helper()
	var admitted atomic.Int64
	var done sync.WaitGroup
	for i := range n {
		done.Go(func() {
			_, refusal, err := all[i%len(all)].Reserve(context.Background(), id("call"), wants(l, amount))
			if err != nil {
				t.Error(err)
			} else if refusal == nil {
				admitted.Add(1)
			}
		})
	}
	done.Wait()
	return admitted.Load()
}

// admission is a call that was admitted somewhen in between.
type admission struct{ before, after time.Time }

// mostIn returns how many admissions lie for certain within one period.
func mostIn(period time.Duration, log []admission) int {
	slices.SortFunc(log, func(a, b admission) int { return a.before.Compare(b.before) })
	most := 0
	for i := range log {
		n := 0
		for _, a := range log[i:] {
			if a.before.Sub(log[i].before) >= period {
				break
			}
			if a.after.Sub(log[i].before) < period {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func TestEdgesInContentionNeverHaveMoreThanTheMaximumInAnyWindow(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	const edgesN, callers, most, period = 4, 4, 300, time.Second
	all := edges(t, servers.Redis(t), edgesN)
	l := requests(most, period)
	begin := time.Now()
	var mu sync.Mutex
	var log []admission
	var refusals int
	var done sync.WaitGroup
	for i := range edgesN * callers {
		done.Go(func() {
			for time.Since(begin) < 3*period+period/5 {
				before := time.Now()
				_, refusal, err := all[i%edgesN].Reserve(context.Background(), id("call"), wants(l, 1))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if refusal == nil {
					log = append(log, admission{before, time.Now()})
				} else {
					refusals++
				}
				mu.Unlock()
				if refusal != nil {
					time.Sleep(min(refusal.RetryAfter, 5*time.Millisecond)) // as a caller does who was told to wait
				}
			}
		})
	}
	done.Wait()
	require.LessOrEqual(t, mostIn(period, log), most)
	require.Greater(t, len(log), most)
	t.Logf("admitted %d in 3.2 periods of %d (%.2f %% of 4 bursts), refused %d", len(log), most, 100*float64(len(log))/(4*most), refusals)
}

func TestAWindowStaysCompactAndEveryKeyExpires(t *testing.T) {
	server := servers.Redis(t)
	r := limiter(t, server, Options{})
	now := time.Now()
	r.clock = func() string { return fmt.Sprint(now.UnixMicro()) }
	l := requests(100000, time.Minute)
	money, places := budget(100000), &limits.Limit{ID: id("places"), Group: "g", Kind: limits.Concurrency, Max: 10000}
	endless := &limits.Limit{ID: id("endless"), Group: "g", Kind: limits.Money, Max: 10000}
	for range 2000 {
		now = now.Add(100 * time.Millisecond)
		h := take(t, r, l, 1, money, 1, places, 1, endless, 1)
		if now.UnixMilli()%3 == 0 {
			require.NoError(t, r.Settle(t.Context(), h, []int64{0, 0, 0, 0}))
		}
	}
	raw := r.redis.Raw()
	encoding, err := raw.ObjectEncoding(t.Context(), countKey(l)).Result()
	require.NoError(t, err)
	require.Equal(t, "listpack", encoding)
	names, err := raw.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	for _, name := range names {
		ttl, err := raw.TTL(t.Context(), name).Result()
		require.NoError(t, err)
		require.Positive(t, ttl, name)
	}
}

func TestAnAnswerThatIsLostDoesNotCountTwice(t *testing.T) {
	server := servers.Redis(t)
	front := servers.Before(t, server.Address())
	c, err := redis.Open("redis://"+front.Address(), redis.Options{Timeout: patient})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	r := limiter(t, server, Options{Redis: c})
	l := requests(10, time.Minute)
	take(t, r, l, 1)
	front.Swallow()
	h := take(t, r, l, 1)
	require.Equal(t, limits.Counted, h.Source)
	require.Equal(t, int64(2), used(t, r, l))
	front.Swallow()
	require.NoError(t, r.Settle(t.Context(), h, []int64{0}))
	require.Equal(t, int64(1), used(t, r, l))
}

func TestAReservationThatArrivesAfterItsSettlementCountsNothing(t *testing.T) {
	r := limiter(t, servers.Redis(t), Options{})
	l := requests(10, time.Minute)
	h := limits.Hold{CallID: id("call"), Wants: wants(l, 1)}
	require.NoError(t, r.Settle(t.Context(), h, []int64{1}))
	_, refusal, err := r.Reserve(t.Context(), h.CallID, h.Wants)
	require.Nil(t, refusal)
	require.ErrorIs(t, err, errSettled)
	require.Zero(t, used(t, r, l))
}

func TestThePlacesOfADeadEdgeComeBack(t *testing.T) {
	server := servers.Redis(t)
	living := limiter(t, server, Options{LeaseFor: 2 * time.Second})
	dead := New(Options{Redis: client(t, server, redis.Options{}), LeaseFor: 2 * time.Second})
	l := &limits.Limit{ID: id("places"), Group: "g", Kind: limits.Concurrency, Max: 4}
	take(t, dead, l, 1)
	take(t, dead, l, 1)
	take(t, living, l, 1)
	take(t, living, l, 1)
	refused(t, living, l, 1)
	require.NoError(t, dead.Close()) // it renews no more
	require.Eventually(t, func() bool { return used(t, living, l) == 2 }, 10*time.Second, 10*time.Millisecond)
	// Those of the living edge are renewed.
	looks := time.NewTicker(50 * time.Millisecond)
	defer looks.Stop()
	for range 60 { // longer than a lease
		<-looks.C
		require.EqualValues(t, 2, used(t, living, l))
	}
}

func TestPeriodsOfCalendarsAreThoseOfTheCalendar(t *testing.T) {
	r := limiter(t, servers.Redis(t), Options{})
	var now time.Time
	r.clock = func() string { return fmt.Sprint(now.UnixMicro()) }
	for _, day := range []string{
		"1970-01-01", "1999-12-31", "2000-02-28", "2000-02-29", "2000-03-01", "2023-02-28", "2024-02-29", "2026-11-25",
		"2026-11-30", "2027-01-01", "2028-12-31", "2099-12-31", "2100-02-28", "2100-03-01", "2101-01-01",
	} {
		for _, clock := range []string{"00:00:00", "12:34:56.789", "23:59:59.999999"} {
			for _, calendar := range []limits.Calendar{limits.Day, limits.Week, limits.Month, limits.Year} {
				var err error
				now, err = time.Parse("2006-01-02 15:04:05", day+" "+clock)
				require.NoError(t, err)
				l := &limits.Limit{ID: "x", Kind: limits.Money, Max: 1, Calendar: calendar}
				u, err := r.Usage(t.Context(), l)
				require.NoError(t, err)
				require.Equal(t, l.Reset(now), u.Reset, "%s of %s", calendar, now)
			}
		}
	}
}

// Nodes whose clocks differ count in the same windows: none of them tells its time.
func TestOnlyRedisIsAskedWhatTimeItIs(t *testing.T) {
	r := limiter(t, servers.Redis(t), Options{})
	require.Empty(t, r.clock(), "with no time given, the scripts take that of Redis")
}
