package redis

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

// contention is several nodes with leases whose callers all want the same.
type contention struct {
	nodes, callers int // callers of each node, but the first, which has one
	kind           limits.Kind
	period         time.Duration // 0: for ever
	max            int64
	amount, actual int64
	wider          int64 // by how much more a second limit of the same calls has
}

func drawContention(t *rapid.T) contention {
	c := contention{
		nodes:   rapid.IntRange(2, 4).Draw(t, "nodes"),
		callers: rapid.IntRange(1, 4).Draw(t, "callers"),
		kind:    rapid.SampledFrom([]limits.Kind{limits.Requests, limits.Tokens, limits.Money}).Draw(t, "kind"),
		period:  rapid.SampledFrom([]time.Duration{0, time.Minute, time.Hour}).Draw(t, "period"),
		amount:  1,
		wider:   rapid.Int64Range(0, 1000).Draw(t, "wider"),
	}
	if c.kind != limits.Requests {
		c.amount = rapid.Int64Range(1, 50).Draw(t, "amount")
	}
	c.actual = rapid.Int64Range((c.amount+1)/2, c.amount).Draw(t, "actual")
	c.max = c.actual * rapid.Int64Range(1000, 6000).Draw(t, "calls")
	return c
}

func TestOfALimitInContentionNeverMoreAndHardlyLessIsAdmitted(t *testing.T) {
	server := servers.Redis(t)
	draw := rapid.Custom(drawContention)
	for seed := range 8 {
		c := draw.Example(seed)
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			used, left := c.admit(t, server)
			require.LessOrEqual(t, used, c.max)
			require.GreaterOrEqual(t, used+c.amount, c.max*99/100, "a call that still fits must pass")
			require.Equal(t, c.max-used, left, "Redis has counted what was used")
		})
	}
}

// admit has all callers call until hardly anything is left, or for long enough, and
// then some more. It returns what they have used and what Redis says is left.
func (c contention) admit(t *testing.T, server *servers.RedisServer) (used, left int64) {
	tight := &limits.Limit{ID: id("tight"), Group: "g", Kind: c.kind, Max: c.max, Period: c.period}
	wide := &limits.Limit{ID: id("wide"), Group: "g", Kind: c.kind, Max: c.max + c.wider, Period: c.period}
	var all []*limits.Leases
	for _, r := range edges(t, server, c.nodes) {
		all = append(all, limits.NewLeases(r, limits.LeaseOptions{Nodes: func() int { return c.nodes }}))
	}
	var sum atomic.Int64
	call := func(l *limits.Leases) {
		h, refusal, err := l.Reserve(context.Background(), id("call"), wants(wide, int(c.amount), tight, int(c.amount)))
		if err != nil {
			t.Error(err)
		}
		if err != nil || refusal != nil {
			return
		}
		sum.Add(c.actual)
		if err := l.Settle(context.Background(), h, []int64{c.actual, c.actual}); err != nil {
			t.Error(err)
		}
	}
	var calling sync.WaitGroup
	until := time.Now().Add(30 * time.Second)
	for i, l := range all {
		callers := c.callers
		if i == 0 {
			callers = 1
		}
		for range callers {
			calling.Go(func() {
				for sum.Load()+c.amount < c.max*99/100 && time.Now().Before(until) {
					call(l)
				}
				for range 100 {
					call(l)
				}
			})
		}
	}
	calling.Wait()
	for _, l := range all {
		require.NoError(t, l.Close())
	}
	var leased int64
	for _, l := range all {
		leased += l.Stats(c.kind).Leased
	}
	t.Logf("%d of %d used, %d leased of both limits", sum.Load(), c.max, leased)
	u, err := limiter(t, server, Options{}).Usage(t.Context(), tight)
	require.NoError(t, err)
	return sum.Load(), u.Remaining
}
