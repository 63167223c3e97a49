package command

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/limits"
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
	all := []limited{
		{"one", []limits.Limit{
			{ID: "requests", Kind: limits.Requests, Period: time.Minute},
			{ID: "tokens", Kind: limits.Tokens, Period: time.Hour},
			{ID: "money", Kind: limits.Money, Calendar: limits.Month},
			{ID: "in all", Kind: limits.Requests},
			{ID: "places", Kind: limits.Concurrency},
		}},
		{"two", []limits.Limit{{ID: "of two", Kind: limits.Requests, Period: time.Minute}}},
		{"idle", []limits.Limit{{ID: "of idle", Kind: limits.Requests, Period: time.Minute}}},
	}
	used, err := usedOf(t.Context(), s.Ledger(), all, now)
	require.NoError(t, err)
	amounts := map[string]int64{}
	for _, u := range used {
		amounts[u.Limit.ID] = u.Amount
	}
	require.Equal(t, map[string]int64{"requests": 2, "tokens": 330, "money": 28, "in all": 5, "of two": 1}, amounts)
}
