package control_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

// made are calls, minutes ago, of a team at a model.
func (d *desk) made(minutesAgo int, team, model string, calls int, change func(*usage.Entry)) {
	d.t.Helper()
	at := time.Now().UTC().Truncate(time.Minute).Add(-time.Duration(minutesAgo) * time.Minute)
	entries := make([]usage.Entry, calls)
	for i := range entries {
		entries[i] = usage.Entry{
			CallID: fmt.Sprintf("%s-%s-%d-%d", team, model, minutesAgo, i), Time: at.Add(time.Duration(i) * time.Millisecond),
			Provider: "openai", Model: model, Team: team, VirtualKey: "k-" + team, Status: 200,
			Usage: api.Usage{Known: true, Input: 60, Output: 40}, CostNano: 10_000_000,
		}
		if change != nil {
			change(&entries[i])
		}
	}
	require.NoError(d.t, d.store.Load().Ledger().Put(d.t.Context(), entries))
}

func refusedBy(mark string) func(*usage.Entry) {
	return func(e *usage.Entry) {
		e.Status, e.Code, e.Marks, e.Usage, e.CostNano = 429, "request_limited", mark, api.Usage{}, 0
	}
}

func TestRefusalsAreCountedByLimitOverTime(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"governance":{"teams":[{"id":"search","name":"Search","rate_limit":{"request_max_limit":5,"request_reset_duration":"1m"}}]}}`)
	d.made(30, "search", "m", 3, refusedBy("limit:refused=team:search:requests"))
	d.made(5, "search", "m", 2, refusedBy("cache:miss,limit:refused=team:search:requests,limit:refused=team:search:requests"))
	d.made(5, "gone", "m", 1, refusedBy("limit:refused=team:a%2Cb:money"))
	d.made(5, "search", "n", 4, nil)

	answer := d.call(200, "GET", "/api/limits/refusals?bucket_seconds=600&start_time="+time.Now().Add(-time.Hour).UTC().Format(time.RFC3339), "")
	require.Equal(t, true, answer["complete"])
	buckets := answer["buckets"].([]any)
	all := answer["limits"].([]any)
	require.Len(t, all, 2)
	most, other := all[0].(map[string]any), all[1].(map[string]any)
	require.Equal(t, "team:search:requests", most["id"])
	require.Equal(t, "requests", most["kind"])
	require.Equal(t, "team", most["scope"])
	require.Equal(t, "Search", most["owner"])
	require.EqualValues(t, 5, most["calls"])
	sum := 0.0
	require.Len(t, most["counts"], len(buckets))
	for _, n := range most["counts"].([]any) {
		sum += n.(float64)
	}
	require.EqualValues(t, 5, sum)
	require.Equal(t, "team:a,b:money", other["id"], "of a limit that is gone, its id")
	require.NotContains(t, other, "scope")

	found := d.call(200, "GET", "/api/logs?mark="+url.QueryEscape(most["mark"].(string)), "")
	require.Len(t, found["logs"], 5, "its mark finds its calls")
	d.call(http.StatusUnprocessableEntity, "GET", "/api/limits/refusals?bucket_seconds=60&start_time=2020-01-01T00:00:00Z", "")
}

func TestALimitIsRehearsedOnTheLastDay(t *testing.T) {
	d := open(t)
	d.call(200, "PUT", "/api/config", `{"governance":{"teams":[{"id":"search"},{"id":"inner","parent_id":"search"}]}}`)
	d.made(90, "search", "m", 8, nil)
	d.made(60, "inner", "m", 3, nil)
	d.made(60, "other", "n", 50, nil)
	d.made(26*60, "search", "m", 9, nil)
	ask := func(draft string) map[string]any {
		return d.call(200, "POST", "/api/limits/simulate", draft)
	}
	only := func(answer map[string]any) map[string]any {
		require.Len(t, answer["limits"], 1)
		return answer["limits"].([]any)[0].(map[string]any)
	}

	l := only(ask(`{"team_id":"search","rate_limit":{"request_max_limit":5,"request_reset_duration":"10m"}}`))
	require.Equal(t, "requests", l["kind"])
	require.EqualValues(t, 11, l["calls"], "with those of the team below, and none of the day before")
	require.EqualValues(t, 3, l["refused"])
	require.EqualValues(t, 5, l["most_used"])
	require.NotEmpty(t, l["first_refused_at"])
	calls, refused := 0.0, 0.0
	for _, b := range l["buckets"].([]any) {
		calls, refused = calls+b.(map[string]any)["calls"].(float64), refused+b.(map[string]any)["refused"].(float64)
	}
	require.Equal(t, []float64{11, 3}, []float64{calls, refused})

	l = only(ask(`{"team_id":"search","rate_limit":{"request_max_limit":12,"request_reset_duration":"7d"}}`))
	require.EqualValues(t, 8, l["refused"], "what was before the day has used the limit already")
	l = only(ask(`{"model_name":"n","provider":"openai","rate_limit":{"token_max_limit":1000,"token_reset_duration":"1h"}}`))
	require.EqualValues(t, 40, l["refused"], "each has used 100")
	l = only(ask(`{"virtual_key_id":"k-other","budget":{"max_limit":0.3,"reset_duration":"1h"}}`))
	require.EqualValues(t, 20, l["refused"], "each has cost a cent")
	l = only(ask(`{"customer_id":"nobody","budget":{"max_limit":0.3,"reset_duration":"1h"}}`))
	require.EqualValues(t, 0, l["calls"])

	d.made(30, "search", "m", 1, refusedBy(""))
	answer := ask(`{"team_id":"search","rate_limit":{"token_max_limit":1,"token_reset_duration":"30s"},"budget":{"max_limit":9,"reset_duration":"1Y"}}`)
	require.Len(t, answer["limits"], 2)
	require.ElementsMatch(t, []any{"period_shorter", "refused_used_nothing", "history_bounded"}, answer["notes"])
	require.EqualValues(t, 60, answer["counted_by_seconds"])

	require.Equal(t, "invalid_request", code(d.call(422, "POST", "/api/limits/simulate", `{"team_id":"search"}`)))
	require.Contains(t, fmt.Sprint(d.call(422, "POST", "/api/limits/simulate", `{"rate_limit":{"request_max_limit":5,"request_reset_duration":"soon"}}`)), "body.rate_limit.request_reset_duration")
	require.Empty(t, d.audit("?operation=simulate-limits&outcome=done"), "nothing is changed by it")
}
