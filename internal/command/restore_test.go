package command

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	sharedlimits "github.com/asbru-gateway/asbru/pkg/limits/redis"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

func TestTheLedgerTellsWhatIsUsedOfEachLimitInItsPeriod(t *testing.T) {
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "asbru.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	call := func(id, key string, ago time.Duration, attempts int) usage.Entry {
		return usage.Entry{
			CallID: id, VirtualKey: key, Time: now.Add(-ago), Attempts: attempts, CostNano: 7,
			Usage: api.Usage{Known: true, Input: 100, Output: 10},
			Team:  "team-" + key, Customer: "customer", User: "ann", Provider: "openai", Model: "small", Key: "k-" + key, EndUser: "u" + id,
		}
	}
	require.NoError(t, s.Ledger().Put(t.Context(), []usage.Entry{
		call("1", "one", 10*time.Second, 1),
		call("2", "one", 20*time.Second, 2),
		call("3", "one", 30*time.Second, 0), // a limit refused it
		call("4", "one", 30*time.Minute, 1),
		call("5", "one", 48*time.Hour, 1),
		call("6", "one", 20*24*time.Hour, 1), // last month
		call("7", "two", time.Second, 1),
	}))
	requests := func(id string) []limits.Limit {
		return []limits.Limit{{ID: id, Kind: limits.Requests, Period: time.Minute}}
	}
	all := []gateway.Level{
		{VirtualKey: "one", Limits: []limits.Limit{
			{ID: "requests", Kind: limits.Requests, Period: time.Minute},
			{ID: "tokens", Kind: limits.Tokens, Period: time.Hour},
			{ID: "money", Kind: limits.Money, Calendar: limits.Month},
			{ID: "in all", Kind: limits.Requests},
			{ID: "places", Kind: limits.Concurrency},
		}},
		{VirtualKey: "two", Limits: requests("of two")},
		{VirtualKey: "idle", Limits: requests("of idle")},
		{Customer: "customer", Limits: requests("of the customer")},
		{Teams: []string{"team-one"}, Limits: requests("of a team")},
		{Teams: []string{"team-none", "team-one", "team-two"}, Limits: requests("of teams")},
		{User: "ann", Limits: requests("of a user")},
		{Provider: "openai", Limits: requests("of a provider")},
		{Model: "small", Limits: requests("of a model")},
		{Provider: "openai", Model: "small", Limits: requests("of a provider's model")},
		{Provider: "other", Model: "small", Limits: requests("of another's model")},
		{Provider: "openai", Key: "k-two", Limits: requests("of a provider's key")},
		{VirtualKey: "two", Provider: "openai", Limits: requests("of two at a provider")},
		{VirtualKey: "one", EndUser: func(name string) []limits.Limit { return requests("of " + name) }},
	}
	used, err := usedOf(t.Context(), s.Ledger(), all, now, time.Time{})
	require.NoError(t, err)
	require.Equal(t, map[string]int64{
		"requests": 2, "tokens": 330, "money": 28, "in all": 5, "of two": 1,
		"of the customer": 3, "of a team": 2, "of teams": 3, "of a user": 3,
		"of a provider": 3, "of a model": 3, "of a provider's model": 3, "of a provider's key": 1, "of two at a provider": 1,
		"of u1": 1, "of u2": 1,
	}, amountsOf(used))

	used, err = usedOf(t.Context(), s.Ledger(), all[:2], now, now.Add(-15*time.Second))
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"requests": 1, "tokens": 220, "money": 21, "in all": 4}, amountsOf(used))
}

func amountsOf(used []sharedlimits.Used) map[string]int64 {
	amounts := map[string]int64{}
	for _, u := range used {
		amounts[u.Limit.ID] = u.Amount
	}
	return amounts
}
