//go:build integration

package cluster_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/store"
)

func TestALimitGoesOnFromTheLedgerWhenRedisHasLostItsData(t *testing.T) {
	c := startExact(t, 2)
	counts := goredis.NewClient(&goredis.Options{Addr: c.Redis.Address()})
	t.Cleanup(func() { require.NoError(t, counts.Close()) })
	restored := func() bool {
		times, err := counts.Get(t.Context(), "asbru:limits:{restored}:times").Int()
		return err == nil && times > 0
	}
	id, key := c.NewKey(`,"rate_limit":{"request_max_limit":100,"request_reset_duration":"1h"}`)
	require.Eventually(t, restored, nodes.Patience, 10*time.Millisecond) // there was nothing yet
	for i := range 60 {
		require.Equal(t, http.StatusOK, c.Chat(c.Edges[i%2], key).Status)
	}
	require.Eventually(t, func() bool {
		// The edges have given back what they had taken ahead, and the ledger has all.
		n, _ := counts.HGet(t.Context(), "asbru:limit:{vk:"+id+"}:w:vk:"+id+":requests", "n").Int()
		return n == 60 && len(c.Rows(store.Filter{VirtualKey: id})) == 60
	}, nodes.Patience, 20*time.Millisecond)

	require.NoError(t, counts.FlushAll(t.Context()).Err())
	require.Eventually(t, restored, nodes.Patience, 10*time.Millisecond)
	passed, refused := c.burst(key, 100)
	require.LessOrEqual(t, passed, int64(40))
	require.GreaterOrEqual(t, passed, int64(35), "what was taken ahead when the data went counts as used")
	require.Equal(t, int64(100), passed+refused)
}

func TestBudgetsOfAllLevelsGoOnFromTheLedgerWhenRedisHasLostItsData(t *testing.T) {
	c, m, counts := metered(t, 2)
	c.Admin(http.MethodPatch, "/api/config?wait=applied", `{"governance":{
		"customers":[{"id":"acme","budget":{"max_limit":1000,"reset_duration":"1M","calendar_aligned":true}}],
		"teams":[{"id":"all","customer_id":"acme","budget":{"max_limit":1000,"reset_duration":"1M","calendar_aligned":true}},{"id":"web","parent_id":"all"}],
		"providers":[{"provider":"openai","budget":{"max_limit":1000,"reset_duration":"1M","calendar_aligned":true}}]}}`)
	_, key := c.NewKey(`,"team_id":"web"`)
	for i := range 20 {
		res, err := ask(t.Context(), c.Edges[i%2], key, fmt.Sprint("c", i), "answers", false)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
	}
	spent, calls := m.spent()
	require.Equal(t, 20, calls)
	var of []*limits.Limit
	for _, owner := range []string{"customer:acme", "team:all", "provider:openai"} {
		of = append(of, &limits.Limit{ID: owner + ":money", Group: owner, Kind: limits.Money, Calendar: limits.Month})
	}
	counted := func() bool {
		usages, err := counts.Usages(t.Context(), of)
		require.NoError(t, err)
		for _, u := range usages {
			if u.Used != spent {
				return false
			}
		}
		return true
	}
	require.Eventually(t, func() bool { return counted() && len(c.Rows(store.Filter{Tried: true})) == 20 }, nodes.Patience, 20*time.Millisecond)
	c.Redis.Flush(t)
	require.False(t, counted())
	require.Eventually(t, counted, nodes.Patience, 20*time.Millisecond)
}
