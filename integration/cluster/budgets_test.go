//go:build integration

package cluster_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/integration/nodes"
	"github.com/asbru-gateway/asbru/pkg/limits"
	sharedlimits "github.com/asbru-gateway/asbru/pkg/limits/redis"
	"github.com/asbru-gateway/asbru/pkg/redis"
	"github.com/asbru-gateway/asbru/pkg/store"
)

// maxTokens is what the calls of these tests ask for at most. The meter does not care.
const maxTokens = 32

// metered starts a cluster in front of a meter, and reads its counts.
func metered(t *testing.T, edges int) (*cluster, *meter, *sharedlimits.Reader) {
	t.Helper()
	m, c := startMeter(t), startExact(t, edges)
	c.Provide(strings.TrimPrefix(m.URL, "http://"), `,"max_retries":1,"retry_backoff_initial":1`)
	client, err := redis.Open(c.Redis.URL(), redis.Options{Timeout: 5 * time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return c, m, sharedlimits.NewReader(client)
}

// budgetOf is the budget of a virtual key, of which only the count's shape matters.
func budgetOf(id string, maxNano int64) *limits.Limit {
	return &limits.Limit{ID: "vk:" + id + ":money", Group: "vk:" + id, Kind: limits.Money, Max: maxNano, Calendar: limits.Month}
}

// ask sends a call that the meter knows by its name, and which does something.
func ask(ctx context.Context, edge *nodes.Process, key, name, does string, stream bool) (*http.Response, error) {
	body := fmt.Sprintf(`{"model":"openai/gpt-5-mini","max_tokens":%d,"stream":%t,"messages":[{"role":"user","content":"%s %s"}]}`, maxTokens, stream, name, does)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, edge.URL("/v1/chat/completions"), bytes.NewReader([]byte(body)))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Request-Id", name)
	req.Header.Set("Authorization", "Bearer "+key)
	return http.DefaultClient.Do(req)
}

func TestABudgetOverThreeEdgesIsExact(t *testing.T) {
	const calls, atOnce, budget = 1200, 200, 40_000_000 // 4 cents: room for a third of the calls
	c, m, counts := metered(t, 3)
	id, key := c.NewKey(`,"budget":{"max_limit":0.04,"reset_duration":"1M","calendar_aligned":true}`)
	var passed, refused, other atomic.Int64
	var calling sync.WaitGroup
	turns := make(chan struct{}, atOnce)
	for i := range calls {
		turns <- struct{}{}
		calling.Go(func() {
			defer func() { <-turns }()
			res, err := ask(t.Context(), c.Edges[i%3], key, fmt.Sprint("c", i), "answers", false)
			if err != nil {
				other.Add(1)
				return
			}
			res.Body.Close()
			switch res.StatusCode {
			case http.StatusOK:
				passed.Add(1)
			case http.StatusPaymentRequired:
				refused.Add(1)
			default:
				other.Add(1)
			}
		})
	}
	calling.Wait()
	require.Zero(t, other.Load())
	require.Positive(t, refused.Load())
	spent, answered := m.spent()
	require.EqualValues(t, passed.Load(), answered)

	l := budgetOf(id, budget)
	var counted limits.Usage
	var ledger int64
	require.Eventually(t, func() bool {
		ledger = 0
		for _, row := range c.Rows(store.Filter{VirtualKey: id, Tried: true}) {
			ledger += row.CostNano
		}
		usages, err := counts.Usages(t.Context(), []*limits.Limit{l})
		require.NoError(t, err)
		counted = usages[0]
		return counted.Held == 0 && counted.Used == spent && ledger == spent
	}, nodes.Patience, 50*time.Millisecond, "provider %d", spent)
	require.Zero(t, counted.Unsettled)
	t.Logf("%d calls passed and %d were refused, %d at once at the provider; spent %d of %d nano-dollars, by calls that came to %d more than expected; counted %d, ledger %d",
		passed.Load(), refused.Load(), m.atOnce, spent, budget, m.overrun(maxTokens), counted.Used, ledger)
	require.LessOrEqual(t, spent, budget+m.overrun(maxTokens))
}

func TestWhatKilledEdgesHeldIsFreeAfterALease(t *testing.T) {
	const calls, budget = 60, 1_000_000_000
	c, m, counts := metered(t, 3)
	id, key := c.NewKey(`,"budget":{"max_limit":1,"reset_duration":"1M","calendar_aligned":true}`)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	var calling sync.WaitGroup
	defer calling.Wait()
	defer leave()
	for i := range calls {
		calling.Go(func() {
			if res, err := ask(ctx, c.Edges[i%3], key, fmt.Sprint("c", i), "waits", false); err == nil {
				res.Body.Close()
			}
		})
	}
	l := budgetOf(id, budget)
	usage := func() limits.Usage {
		usages, err := counts.Usages(t.Context(), []*limits.Limit{l})
		require.NoError(t, err)
		return usages[0]
	}
	require.Eventually(t, func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return m.open == calls
	}, nodes.Patience, 10*time.Millisecond)
	held := usage()
	require.Positive(t, held.Held)
	c.Edges[0].Kill()
	c.Edges[1].Kill()
	killed := time.Now()
	leave() // the calls at the edge that lives end
	require.Eventually(t, func() bool { return usage().Held == 0 }, 2*limits.HoldFor+nodes.Patience, 100*time.Millisecond)
	after := usage()
	t.Logf("held %d before two of three edges were killed; %s later 0 held, %d unsettled", held.Held, time.Since(killed).Round(time.Second), after.Unsettled)
	require.Positive(t, after.Unsettled)
	require.Less(t, after.Unsettled, held.Held)
	all, _, err := counts.Reservations(t.Context(), l.ID, "", 1000)
	require.NoError(t, err)
	var sum int64
	for _, r := range all {
		require.True(t, r.Expires.Before(time.Now()))
		sum += r.Amount
	}
	require.Equal(t, after.Unsettled, sum)
}
