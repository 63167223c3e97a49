package limits_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/limitstest"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// cluster is a shared limiter and the leases of some nodes before it, by one clock.
type cluster struct {
	*limitstest.Clock
	shared *counted
	nodes  []*limits.Leases
	serial int
}

// counted counts the reservations that reach the shared limiter.
type counted struct {
	limits.Shared
	reserved atomic.Int64
}

func (c *counted) Reserve(ctx context.Context, callID string, wants []limits.Want) (limits.Hold, *limits.Refusal, error) {
	c.reserved.Add(1)
	return c.Shared.Reserve(ctx, callID, wants)
}

func newCluster(nodes int) *cluster {
	c := &cluster{Clock: limitstest.NewClock()}
	c.shared = &counted{Shared: memory.New(memory.Options{Clock: c.Now})}
	for range nodes {
		c.nodes = append(c.nodes, limits.LeasesByHand(c.shared, limits.LeaseOptions{Clock: c.Now, Nodes: func() int { return nodes }}))
	}
	return c
}

// call reserves at a node.
func (c *cluster) call(t require.TestingT, node int, l *limits.Limit, amount int64) (limits.Hold, *limits.Refusal) {
	c.serial++
	hold, refusal, err := c.nodes[node].Reserve(context.Background(), fmt.Sprint("call-", c.serial), []limits.Want{{Limit: l, Amount: amount}})
	require.NoError(t, err)
	return hold, refusal
}

func (c *cluster) settle(t require.TestingT, node int, h limits.Hold, actual int64) {
	require.NoError(t, c.nodes[node].Settle(context.Background(), h, []int64{actual}))
}

func (c *cluster) used(t require.TestingT, l *limits.Limit) int64 {
	u, err := c.shared.Usage(context.Background(), l)
	require.NoError(t, err)
	return u.Used
}

func (c *cluster) work() {
	for _, n := range c.nodes {
		n.Work()
	}
}

// heat calls the first node until it has leases.
func (c *cluster) heat(t require.TestingT, l *limits.Limit, amount int64) (calls int64) {
	for range 1000 {
		h, refusal := c.call(t, 0, l, amount)
		require.Nil(t, refusal)
		c.settle(t, 0, h, amount)
		calls++
		if h.Source == limits.Leased {
			return calls
		}
		c.Advance(2 * time.Millisecond)
		c.nodes[0].Work()
	}
	require.Fail(t, "no lease was taken")
	return 0
}

func minute(kind limits.Kind, most int64) *limits.Limit {
	return &limits.Limit{ID: "l", Kind: kind, Max: most, Period: time.Minute}
}

func TestALimitThatIsSeldomAskedIsAskedOfTheSharedLimiter(t *testing.T) {
	c := newCluster(1)
	l := minute(limits.Requests, 100000)
	for range 200 {
		h, refusal := c.call(t, 0, l, 1)
		require.Nil(t, refusal)
		require.Equal(t, limits.Counted, h.Source)
		c.Advance(time.Second / 15)
		c.work()
	}
}

func TestALimitThatIsOftenAskedIsSpentFromBatches(t *testing.T) {
	for _, l := range []*limits.Limit{
		minute(limits.Requests, 1000000), minute(limits.Tokens, 1000000),
		{ID: "day", Kind: limits.Requests, Max: 1000000, Calendar: limits.Day},
		{ID: "money", Kind: limits.Money, Max: 1000000, Calendar: limits.Month},
	} {
		c := newCluster(1)
		calls := c.heat(t, l, 1)
		before := c.shared.reserved.Load()
		for range 5000 {
			h, refusal := c.call(t, 0, l, 1)
			require.Nil(t, refusal)
			c.settle(t, 0, h, 1)
			calls++
			c.Advance(2 * time.Millisecond)
			c.work()
		}
		require.Less(t, c.shared.reserved.Load()-before, int64(500))
		c.Advance(time.Second)
		c.work()
		require.Equal(t, calls, c.used(t, l), "what was not spent is given back")
	}
}

func TestSomeLimitsHaveNoBatches(t *testing.T) {
	for _, l := range []*limits.Limit{
		{ID: "short", Kind: limits.Requests, Max: 1000000, Period: 10 * time.Second},
		{ID: "calls", Kind: limits.Concurrency, Max: 1000000},
	} {
		c := newCluster(1)
		for range 1000 {
			h, refusal := c.call(t, 0, l, 1)
			require.Nil(t, refusal)
			require.Equal(t, limits.Counted, h.Source)
			c.Advance(time.Millisecond)
			c.work()
		}
	}
}

func TestTheLastTenthOfALimitIsNotTakenAhead(t *testing.T) {
	c := newCluster(2)
	l := minute(limits.Requests, 1000)
	admitted := int64(0)
	for range 4000 {
		for node := range c.nodes {
			h, refusal := c.call(t, node, l, 1)
			if refusal == nil {
				admitted++
			}
			if admitted > 960 {
				require.NotEqual(t, limits.Leased, h.Source)
			}
		}
		c.Advance(time.Millisecond)
		c.work()
	}
	require.Equal(t, int64(1000), admitted)
}

func TestABatchIsNotSpentAfterItsTime(t *testing.T) {
	c := newCluster(1)
	l := minute(limits.Requests, 1000000)
	c.heat(t, l, 1)
	c.Advance(time.Minute / 400)
	h, _ := c.call(t, 0, l, 1)
	require.Equal(t, limits.Counted, h.Source)
}

func TestABatchIsNotSpentInTheNextPeriod(t *testing.T) {
	c := newCluster(1)
	l := &limits.Limit{ID: "day", Kind: limits.Requests, Max: 1000000, Calendar: limits.Day}
	c.Advance(time.Minute - 700*time.Millisecond) // before midnight
	for midnight := false; !midnight; {
		h, _ := c.call(t, 0, l, 1)
		midnight = c.Now().Hour() == 0
		if midnight {
			require.Equal(t, limits.Counted, h.Source)
			require.Equal(t, int64(1), c.used(t, l))
		}
		c.Advance(time.Millisecond)
		c.work()
	}
}

func TestACallIsServedFromBatchesWholeOrNotAtAll(t *testing.T) {
	c := newCluster(1)
	hot, cold := minute(limits.Requests, 1000000), minute(limits.Tokens, 1000000)
	cold.ID = "cold"
	c.heat(t, hot, 1)
	h, refusal, err := c.nodes[0].Reserve(t.Context(), "both", []limits.Want{{Limit: hot, Amount: 1}, {Limit: cold, Amount: 5}})
	require.NoError(t, err)
	require.Nil(t, refusal)
	require.Equal(t, limits.Counted, h.Source)
	require.Equal(t, int64(5), c.used(t, cold))
	require.NoError(t, c.nodes[0].Settle(t.Context(), h, []int64{1, 3}))
	require.Equal(t, int64(3), c.used(t, cold))
}

func TestWhatCallsOfABatchCameToIsCounted(t *testing.T) {
	c := newCluster(1)
	l := &limits.Limit{ID: "money", Kind: limits.Money, Max: 100_000_000, Calendar: limits.Year}
	spent := c.heat(t, l, 100) * 100
	var open []limits.Hold
	for i := range int64(300) {
		h, refusal := c.call(t, 0, l, 100)
		require.Nil(t, refusal)
		if i%3 == 0 { // settled at once, or late and for more, or late and for less
			c.settle(t, 0, h, 40)
			spent += 40
		} else {
			open = append(open, limits.Hold{CallID: h.CallID, Source: h.Source, Wants: append([]limits.Want(nil), h.Wants...)})
		}
		c.Advance(2 * time.Millisecond)
		c.work()
	}
	c.Advance(time.Second)
	c.work()
	require.Equal(t, spent+int64(len(open))*100, c.used(t, l), "estimates stand while calls go on")
	for i, h := range open {
		actual := int64(i % 300)
		c.settle(t, 0, h, actual)
		c.settle(t, 0, h, 7) // of no effect
		spent += actual
	}
	c.work()
	require.Equal(t, spent, c.used(t, l))
	u, err := c.shared.Usage(t.Context(), l)
	require.NoError(t, err)
	require.Zero(t, u.Held)
}

func TestARefusalIsRepeatedForAMomentWithoutAsking(t *testing.T) {
	c := newCluster(1)
	l := minute(limits.Requests, 10)
	for range 10 {
		_, refusal := c.call(t, 0, l, 1)
		require.Nil(t, refusal)
	}
	_, first := c.call(t, 0, l, 1)
	require.NotNil(t, first)
	asked := c.shared.reserved.Load()
	c.Advance(10 * time.Millisecond)
	_, again := c.call(t, 0, l, 1)
	require.NotNil(t, again)
	require.Equal(t, first.RetryAfter-10*time.Millisecond, again.RetryAfter)
	require.Equal(t, asked, c.shared.reserved.Load())
	c.Advance(10 * time.Millisecond)
	c.call(t, 0, l, 1)
	require.Equal(t, asked+1, c.shared.reserved.Load())
}

func TestClosingGivesBackWhatWasNotSpent(t *testing.T) {
	clock := limitstest.NewClock()
	shared := memory.New(memory.Options{Clock: clock.Now})
	leases := limits.NewLeases(shared, limits.LeaseOptions{Clock: clock.Now})
	l := minute(limits.Requests, 1000000)
	var calls int64
	require.Eventually(t, func() bool {
		calls++
		clock.Advance(2 * time.Millisecond)
		wants := []limits.Want{{Limit: l, Amount: 1}}
		h, refusal, err := leases.Reserve(context.Background(), fmt.Sprint(calls), wants)
		require.NoError(t, err)
		require.Nil(t, refusal)
		require.NoError(t, leases.Settle(context.Background(), h, []int64{1}))
		return h.Source == limits.Leased
	}, time.Minute, 100*time.Microsecond)
	require.NoError(t, leases.Close())
	u, err := shared.Usage(t.Context(), l)
	require.NoError(t, err)
	require.Equal(t, calls, u.Used)
}

// log is what was admitted of a limit, and when.
type log struct {
	at      []time.Time
	amounts []int64
}

func (a *log) add(at time.Time, amount int64) {
	a.at, a.amounts = append(a.at, at), append(a.amounts, amount)
}

// most returns the most that lies within one period.
func (a *log) most(period time.Duration) (most int64) {
	first, sum := 0, int64(0)
	for i, at := range a.at {
		sum += a.amounts[i]
		for !at.Before(a.at[first].Add(period)) {
			sum -= a.amounts[first]
			first++
		}
		most = max(most, sum)
	}
	return most
}

func TestNodesWithBatchesNeverPassMoreThanTheLimitInAnyWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nodes := rapid.IntRange(1, 4).Draw(t, "nodes")
		c := newCluster(nodes)
		kind := rapid.SampledFrom([]limits.Kind{limits.Requests, limits.Tokens}).Draw(t, "kind")
		l := minute(kind, rapid.Int64Range(10, 20000).Draw(t, "max"))
		l.Period = time.Duration(rapid.IntRange(20, 60).Draw(t, "period")) * time.Second
		var admitted log
		for range rapid.IntRange(1, 40).Draw(t, "stretches") {
			step := time.Duration(rapid.IntRange(1, 4000).Draw(t, "step")) * 10 * time.Microsecond
			for range rapid.IntRange(1, 300).Draw(t, "calls") {
				node := rapid.IntRange(0, nodes-1).Draw(t, "node")
				amount := int64(1)
				if kind == limits.Tokens {
					amount = rapid.Int64Range(1, 20).Draw(t, "amount")
				}
				if _, refusal := c.call(t, node, l, amount); refusal == nil {
					admitted.add(c.Now(), amount)
				}
				c.Advance(step)
				if rapid.IntRange(0, 9).Draw(t, "work") == 0 {
					c.nodes[node].Work()
				}
			}
			c.Advance(time.Duration(rapid.IntRange(0, 20).Draw(t, "pause")) * time.Second)
		}
		require.LessOrEqual(t, admitted.most(l.Period), l.Max)
	})
}

func TestInContentionNearlyAllOfALimitIsAdmitted(t *testing.T) {
	for _, test := range []struct {
		name    string
		nodes   int
		demand  float64 // as a multiple of the limit
		leased  bool
		periods int
	}{
		{"one node, twice the limit", 1, 2, true, 5},
		{"five nodes, twice the limit", 5, 2, true, 5},
		{"five nodes, a tenth more than the limit", 5, 1.1, true, 5},
		{"five nodes without leases, twice the limit", 5, 2, false, 5},
		{"five nodes without leases, just the limit", 5, 1, false, 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCluster(test.nodes)
			l := minute(limits.Requests, 10000)
			var admitted log
			step := time.Duration(float64(time.Minute) / float64(l.Max) / test.demand)
			begin, worked, source := c.Now(), c.Now(), limits.Counted
			for i := 0; c.Now().Sub(begin) < time.Duration(test.periods)*l.Period; i++ {
				node := i % test.nodes
				var h limits.Hold
				var refusal *limits.Refusal
				if test.leased {
					h, refusal = c.call(t, node, l, 1)
				} else {
					c.serial++
					var err error
					h, refusal, err = c.shared.Reserve(t.Context(), fmt.Sprint(c.serial), []limits.Want{{Limit: l, Amount: 1}})
					require.NoError(t, err)
				}
				if refusal == nil {
					c.settle(t, node, h, 1)
					admitted.add(c.Now(), 1)
					source = max(source, h.Source)
				}
				c.Advance(step)
				if c.Now().Sub(worked) > 2*time.Millisecond {
					worked = c.Now()
					c.work()
				}
			}
			require.LessOrEqual(t, admitted.most(l.Period), l.Max)
			share := float64(len(admitted.at)) / float64(l.Max) / float64(test.periods)
			t.Logf("%.2f %% of the limit, %d reservations for %d calls", 100*share, c.shared.reserved.Load(), c.serial)
			require.Equal(t, test.leased, source == limits.Leased)
			require.GreaterOrEqual(t, share, 0.99)
		})
	}
}
