package control_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/limits"
)

func TestWhatCallsHaveReservedIsListed(t *testing.T) {
	d := open(t)
	l := &limits.Limit{ID: "team:search:money", Kind: limits.Money, Max: 100, Calendar: limits.Month}
	var calls []any
	for _, id := range []string{"call-1", limits.BatchPrefix + "x"} {
		_, refusal, err := d.counts.Reserve(t.Context(), id, []limits.Want{{Limit: l, Amount: 40}})
		require.NoError(t, err)
		require.Nil(t, refusal)
	}
	for after := ""; ; {
		page := d.call(http.StatusOK, http.MethodGet, "/api/limits/reservations?limit_id=team:search:money&limit=1&after="+after, "")
		for _, each := range page["reservations"].([]any) {
			r := each.(map[string]any)
			require.Equal(t, "team:search:money", r["limit_id"])
			require.EqualValues(t, 40, r["amount"])
			require.Equal(t, "held", r["state"])
			require.NotEmpty(t, r["since"])
			require.NotEmpty(t, r["expires_at"])
			require.Equal(t, r["call_id"] != "call-1", r["batch"] == true)
			calls = append(calls, r["call_id"])
		}
		next, more := page["next_cursor"].(string)
		if !more {
			break
		}
		after = next
	}
	require.ElementsMatch(t, []any{"call-1", "lease:x"}, calls)
	require.Empty(t, d.call(http.StatusOK, http.MethodGet, "/api/limits/reservations?limit_id=team:other:money", "")["reservations"])
	d.call(http.StatusUnprocessableEntity, http.MethodGet, "/api/limits/reservations?after=nonsense", "")
	d.call(http.StatusUnprocessableEntity, http.MethodGet, "/api/limits/reservations?limit=0", "")
}
