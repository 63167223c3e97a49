package storetest

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// agrees does things at random to the ledger and to a map, and compares them.
func agrees(t *testing.T, l store.Ledger) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		for { // what the run before left
			n, err := l.Prune(ctx, noon.Add(24*time.Hour), 1000)
			require.NoError(t, err)
			if n == 0 {
				break
			}
		}
		model := map[string]usage.Entry{}
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
				before := drawTime(t)
				_, err := l.Prune(ctx, before, 1000)
				require.NoError(t, err)
				maps.DeleteFunc(model, func(_ string, e usage.Entry) bool { return e.Time.Before(before) })
				continue
			}
			entries := rapid.SliceOfN(rapid.Custom(drawEntry), 1, 5).Draw(t, "entries")
			put(t, l, entries...)
			for _, e := range entries {
				if old, ok := model[e.CallID]; !ok || e.Certainty() > old.Certainty() {
					model[e.CallID] = e
				}
			}
		}
		var cost int64
		for _, e := range model {
			cost += e.CostNano
		}
		totals, err := l.Sum(ctx, store.Filter{})
		require.NoError(t, err)
		require.Equal(t, cost, totals[0].CostNano)
		require.ElementsMatch(t, slices.Collect(maps.Values(model)), all(t, l))
	})
}

func drawTime(t *rapid.T) time.Time {
	return noon.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "time")) * time.Second)
}

func drawEntry(t *rapid.T) usage.Entry {
	return usage.Entry{
		CallID: rapid.StringMatching("[a-f]").Draw(t, "call"), Time: drawTime(t),
		CostNano: rapid.Int64Range(0, 1<<40).Draw(t, "cost"),
		Usage:    api.Usage{Known: rapid.Bool().Draw(t, "known"), Input: rapid.Int64Range(0, 9).Draw(t, "input")},
	}
}
