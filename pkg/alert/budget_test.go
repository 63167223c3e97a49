package alert

import (
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits/threshold"
	"github.com/stretchr/testify/require"
)

func TestWhatANodeTellsOfABudgetIsASignal(t *testing.T) {
	e := threshold.Event{
		LimitID: "team:search:money", Kind: "money", Scope: "team", Owner: "Search", Used: 8_100_000_000, Max: 10_000_000_000,
		At: noon, Resets: noon.Add(time.Hour),
	}
	s := OfThreshold(&e)
	require.Equal(t, Signal{
		Kind: BudgetSoft, Subject: "team:search:money", Percent: 81, Until: noon.Add(time.Hour),
		Summary: "The budget of team Search has come to its warning threshold: $8.1 of $10 are used (81 %). It begins anew at 2026-11-25 13:00:00 UTC.",
	}, s)
	e.Refused, e.Resets = true, time.Time{}
	s = OfThreshold(&e)
	require.Equal(t, BudgetExhausted, s.Kind)
	require.Equal(t, noon.Add(day), s.Until)
	require.Equal(t, "The budget of team Search is used up, $8.1 of $10: calls are refused.", s.Summary)
}
