package balance

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/asbru-gateway/asbru/pkg/keys"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// inPool returns what the pool holds of the keys a, b and c.
func inPool(c *redis.Client) (debts [3]int64) {
	for i, field := range []string{"owed:a", "owed:b", "owed:c"} {
		debts[i], _ = c.Raw().HGet(context.Background(), "asbru:{pkopenai}:pool", field).Int64()
	}
	return debts
}

// faults is what becomes of a node's offers.
type faults struct {
	lost     bool // it does not reach Redis
	unheard  bool // the answer does not come back
	earlier  []redis.Call
	exchange func(context.Context, []redis.Call)
}

var errFault = errors.New("fault")

func (f *faults) run(ctx context.Context, calls []redis.Call) {
	f.earlier = append(f.earlier, calls...)
	if !f.lost {
		f.exchange(ctx, calls)
	}
	if f.lost || f.unheard {
		for i := range calls {
			calls[i].Reply, calls[i].Err = nil, errFault
		}
	}
}

// member is a node with what its calls cost.
type member struct {
	*node
	faults
	cost int64
}

// A key's due of a call, in parts of 1<<16: weights 2, 1, 1 are exact in those.
var due = [3]int64{1 << 15, 1 << 14, 1 << 14}

func enter(t *testing.T, c *redis.Client) *member {
	m := &member{node: join(t, Options{Redis: c}, 2, 1, 1)}
	m.exchange, m.share.run = m.share.run, m.run
	m.call(0b111, 1) // it begins somewhere in the cycle
	return m
}

func (m *member) call(eligible uint64, cost int64) {
	m.set.Pick(0, eligible, cost)
	m.cost += cost
}

// account returns, for each key, where the node began plus what it took less what
// it gave.
func (m *member) account() (sum [3]int64) {
	for _, k := range m.set.Snapshot(0) {
		i := k.ID[0] - 'a'
		sum[i] = k.Owed + k.Used<<16 - due[i]*m.cost
	}
	return sum
}

func (m *member) syncWith(lost, unheard bool) {
	m.lost, m.unheard = lost, unheard
	m.sync()
	m.lost, m.unheard = false, false
}

// reload gives the node its keys in another order.
func (m *member) reload(t *rapid.T) {
	order := rapid.Permutation([]keys.Key{{ID: "a", Weight: 2}, {ID: "b", Weight: 1}, {ID: "c", Weight: 1}}).Draw(t, "order")
	next, err := m.set.Reload(order)
	require.NoError(t, err)
	m.set = next
}

func TestNoDebtIsLostOrCountedTwice(t *testing.T) {
	c, _ := open(t)
	rapid.Check(t, func(r *rapid.T) {
		require.NoError(r, c.Raw().FlushAll(context.Background()).Err())
		members := []*member{enter(t, c), enter(t, c), enter(t, c)}
		var want [3]int64
		add := func(sum [3]int64, sign int64) {
			for i := range want {
				want[i] += sign * sum[i]
			}
		}
		for _, m := range members {
			add(m.account(), 1)
		}
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			i := rapid.IntRange(0, 2).Draw(r, "node")
			m := members[i]
			switch rapid.SampledFrom([]string{"call", "call", "sync", "fault", "late", "reload", "crash"}).Draw(r, "step") {
			case "call":
				m.call(rapid.Uint64Range(1, 7).Draw(r, "eligible"), rapid.Int64Range(1, 3).Draw(r, "cost"))
			case "sync":
				m.sync()
			case "fault":
				m.syncWith(rapid.Bool().Draw(r, "lost"), true)
			case "late": // an earlier offer arrives, perhaps once more
				if m.share.exchanges["openai"] != nil && len(m.earlier) > 0 {
					m.exchange(context.Background(), []redis.Call{rapid.SampledFrom(m.earlier).Draw(r, "earlier")})
				}
			case "reload":
				m.reload(r)
			case "crash": // what it had is gone with it, and nothing else
				m.sync()
				add(m.account(), -1)
				members[i] = enter(t, c)
				add(members[i].account(), 1)
			}
		}
		got := [3]int64{}
		for _, m := range members {
			m.sync() // what was under way arrives
		}
		for _, m := range members {
			for k, v := range m.account() {
				got[k] += v
			}
		}
		for k, v := range inPool(c) {
			got[k] += v
		}
		require.Equal(r, want, got)
	})
}

func TestACrashLosesAtMostOneCallOfEachKeysDebt(t *testing.T) {
	c, _ := open(t)
	m := enter(t, c)
	other := enter(t, c)
	for range 50 {
		m.call(0b010, 1)
		for range 9 {
			other.call(0b111, 1)
		}
		other.sync()
	}
	m.share.exchange(context.Background(), m, false)
	for _, k := range m.set.Snapshot(0) {
		// One call of its own, and its tenth of what is in the pool.
		require.LessOrEqual(t, max(k.Owed, -k.Owed), int64(8<<16), k.ID)
	}
}

func TestTheChoiceGoesOnWhileRedisIsAwayAndTheBalanceIsKept(t *testing.T) {
	c, server := open(t)
	impatient, err := redis.Open(server.URL(), redis.Options{Log: quiet})
	require.NoError(t, err)
	defer impatient.Close()
	m := enter(t, impatient)
	m.sync()
	before := m.account()
	server.Stop(t)
	for range 50 {
		m.call(0b001, 1)
		m.sync()
	}
	server.Start(t)
	require.Eventually(t, func() bool {
		m.sync()
		e := m.share.exchanges["openai"]
		return impatient.Up() && e.offer == nil
	}, time.Minute, 10*time.Millisecond)
	after := m.account()
	for i, v := range inPool(c) {
		require.InDelta(t, before[i], after[i]+v, 1<<16, "but for what was in the pool")
	}
}

func TestNodesGoOnAfterAllDataIsLost(t *testing.T) {
	c, _ := open(t)
	m := enter(t, c)
	for range 10 {
		m.call(0b001, 1)
		m.sync()
		require.NoError(t, c.Raw().FlushAll(t.Context()).Err())
	}
	m.call(0b001, 1)
	m.sync()
	require.Nil(t, m.share.exchanges["openai"].offer)
	require.InDelta(t, 1, m.set.Snapshot(0)[0].Everywhere, 1e-9, "the totals begin anew")
}
