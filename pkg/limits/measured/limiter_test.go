package measured_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/measured"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
)

// scripted answers with what it was given, one after another.
type scripted struct {
	limits.Limiter
	answers []answer
}

type answer struct {
	hold    limits.Hold
	refusal *limits.Refusal
	err     error
}

func (s *scripted) Reserve(context.Context, string, []limits.Want) (limits.Hold, *limits.Refusal, error) {
	a := s.answers[0]
	s.answers = s.answers[1:]
	return a.hold, a.refusal, a.err
}

// gathered returns the metrics that are not 0, by their name and labels' values.
func gathered(t *testing.T, c prometheus.Collector) map[string]float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	require.NoError(t, registry.Register(c))
	families, err := registry.Gather()
	require.NoError(t, err)
	all := map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			name := strings.TrimSuffix(strings.TrimPrefix(f.GetName(), "asbru_limit_"), "_total")
			for _, l := range m.Label {
				name += " " + l.GetValue()
			}
			if v := m.Counter.GetValue(); v != 0 {
				all[name] = v
			}
		}
	}
	return all
}

func TestEachDecisionIsCounted(t *testing.T) {
	requests := &limits.Limit{ID: "a", Kind: limits.Requests, Max: 1, Period: time.Hour}
	money := &limits.Limit{ID: "b", Kind: limits.Money, Max: 1, Policy: limits.Deny}
	wants := []limits.Want{{Limit: requests, Amount: 1}, {Limit: &limits.Limit{ID: "c", Policy: limits.Allow}, Amount: 1}}
	m := measured.New(&scripted{answers: []answer{
		{hold: limits.Hold{Source: limits.Counted}},
		{hold: limits.Hold{Source: limits.Leased}},
		{hold: limits.Hold{Source: limits.Leased}},
		{hold: limits.Hold{Source: limits.ByPolicy}},
		{refusal: &limits.Refusal{Limit: requests}},
		{refusal: &limits.Refusal{Limit: requests, ByPolicy: true}},
		{refusal: &limits.Refusal{Limit: money, ByPolicy: true, Unavailable: true}},
		{err: errors.New("no call")},
	}})
	for range 8 {
		m.Reserve(t.Context(), "call", wants)
	}
	require.Equal(t, map[string]float64{
		"admitted counted": 1, "admitted leased": 2, "admitted policy": 1,
		"policy admitted local_share": 1, "policy admitted allow": 1,
		"policy refused local_share": 1, "policy refused deny": 1,
	}, gathered(t, m))
}

func TestLeasesAreCounted(t *testing.T) {
	leases := limits.NewLeases(memory.New(memory.Options{}), limits.LeaseOptions{})
	m := measured.New(leases)
	l := &limits.Limit{ID: "often", Kind: limits.Tokens, Max: limits.MostMax, Period: time.Hour}
	wants := []limits.Want{{Limit: l, Amount: 100}}
	require.Eventually(t, func() bool {
		hold, refusal, err := m.Reserve(t.Context(), "call", wants)
		require.NoError(t, err)
		require.Nil(t, refusal)
		require.NoError(t, m.Settle(t.Context(), hold, nil))
		return hold.Source == limits.Leased
	}, 30*time.Second, 100*time.Microsecond)
	require.NoError(t, m.Close())
	all, stats := gathered(t, m), leases.Stats(limits.Tokens)
	require.Positive(t, stats.Leases)
	require.Positive(t, stats.Returned)
	require.Less(t, stats.Returned, stats.Leased)
	require.InDelta(t, stats.Leases, all["leases tokens"], 0)
	require.InDelta(t, stats.Leased, all["leased tokens"], 0)
	require.InDelta(t, stats.Returned, all["lease_returned tokens"], 0)
	require.NotContains(t, all, "leases requests")
}
