package control_test

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

// reports send where the name of the schedule is not broken.
type reports struct{}

func (reports) Test(_ context.Context, s *config.ReportSchedule) error {
	if s.Label() == "broken" {
		return errors.New("status 404")
	}
	return nil
}

// openWithSpend is open with calls of two teams.
func openWithSpend(t *testing.T) *desk {
	d := open(t)
	d.call(200, "PATCH", "/api/config", `{"governance":{"customers":[{"id":"acme","name":"Acme"}],"teams":[{"id":"t1","name":"Search","customer_id":"acme"},{"id":"t2","name":"=Ads"}]}}`)
	at := func(day int) time.Time { return time.Date(2026, 11, day, 23, 30, 0, 0, time.UTC) }
	require.NoError(t, d.store.Load().Ledger().Put(t.Context(), []usage.Entry{
		{CallID: "1", Time: at(1), Team: "t1", Customer: "acme", Model: "m", Provider: "mock", Status: 200, CostNano: 4_000_001},
		{CallID: "2", Time: at(1), Team: "t2", Model: "m", Provider: "mock", Status: 200, CostNano: 3},
		{CallID: "3", Time: at(2), Team: "t1", Customer: "acme", Model: "n", Provider: "mock", Status: 500, CostNano: 0},
	}))
	return d
}

const november = "&start_time=2026-11-01T00:00:00Z&end_time=2026-12-01T00:00:00Z"

func TestWhatWasSpentIsToldToTheNanoDollar(t *testing.T) {
	d := openWithSpend(t)
	told := d.call(200, "GET", "/api/reports/spend?by=team,day&time_zone=Europe/Berlin"+november, "")
	require.Equal(t, "Europe/Berlin", told["time_zone"])
	rows := told["rows"].([]any)
	require.Len(t, rows, 3)
	first := rows[0].(map[string]any)
	require.Equal(t, map[string]any{"team": "t1", "day": "2026-11-02"}, first["of"], "the day of the time zone")
	require.Equal(t, map[string]any{"team": "Search"}, first["names"])
	require.EqualValues(t, 4_000_001, first["total_cost_nano"])
	total := told["total"].(map[string]any)
	require.EqualValues(t, 4_000_004, total["total_cost_nano"])
	require.EqualValues(t, 1, total["failed_requests"])

	require.Len(t, d.call(200, "GET", "/api/reports/spend?by=customer&team_ids=t1"+november, "")["rows"], 1)
	short := d.call(200, "GET", "/api/reports/spend?by=team&limit=1"+november, "")
	require.EqualValues(t, 1, short["more"])
	require.EqualValues(t, 4_000_004, short["total"].(map[string]any)["total_cost_nano"])
	for query, at := range map[string]string{
		"by=team,team": "query.by", "by=team,model,day": "query.by", "by=colour": "query.by[0]", "time_zone=Mars": "query.time_zone", "time_zone=Local": "query.time_zone",
		"start_time=2026-11-02T00:00:00Z&end_time=2026-11-01T00:00:00Z": "query.end_time",
		"start_time=2024-11-02T00:00:00Z&end_time=2026-11-01T00:00:00Z": "query.start_time",
	} {
		e := d.call(422, "GET", "/api/reports/spend?"+query, "")["error"].(map[string]any)
		require.Equal(t, at, e["details"].([]any)[0].(map[string]any)["path"], query)
	}
}

func TestWhatWasSpentIsExportedAsATable(t *testing.T) {
	d := openWithSpend(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL+"/api/reports/spend/export?by=team"+november, nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, "text/csv; charset=utf-8", res.Header.Get("Content-Type"))
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"t1", "Search", "2"}, rows[1][:3])
	require.Equal(t, []string{"t2", "'=Ads", "1"}, rows[2][:3])
	require.Equal(t, "0.004000001", rows[1][len(rows[1])-1])
}

func TestWhoIsConfinedToTeamsIsToldOfWhatTheseSpend(t *testing.T) {
	d := openWithSpend(t)
	d.hire("ann", "viewer", "t2")
	p := d.signIn("ann")
	told := p.ask(200, "GET", "/api/reports/spend?by=team"+november, "")
	require.Len(t, told["rows"], 1)
	require.EqualValues(t, 3, told["total"].(map[string]any)["total_cost_nano"])
	require.Equal(t, "not_permitted", code(p.ask(403, "GET", "/api/reports/spend?team_ids=t1"+november, "")))
	p.ask(403, "GET", "/api/reports/spend/export?team_ids=t1"+november, "")
	p.ask(403, "GET", "/api/reports/schedules", "")
	p.ask(403, "GET", "/api/reports/runs", "")
}

func TestSchedulesAreKeptAndTriedAndTheirSecretsNotShown(t *testing.T) {
	d := openWithSpend(t)
	const path = "/api/reports/schedules"
	made := d.call(200, "POST", path, `{"id":"finance","every":"month","time_zone":"Europe/Berlin","by":["team","model"],"type":"webhook","url":"https://finance.example.com/s3cret"}`)
	require.NotContains(t, made["schedule"].(map[string]any)["url"], "s3cret")
	changed := d.call(200, "PUT", path+"/finance", `{"hour":9}`)["schedule"].(map[string]any)
	require.EqualValues(t, 9, changed["hour"])
	require.Equal(t, map[string]any{"schedule": "finance", "sent": true}, d.call(200, "POST", path+"/finance/test", ""))
	d.call(200, "POST", path, `{"id":"broken","every":"day","type":"email","smtp":{"host":"m.example.com","from":"a@example.com","to":["b@example.com"]}}`)
	require.Equal(t, "status 404", d.call(200, "POST", path+"/broken/test", "")["reason"])
	require.Equal(t, "not_found", code(d.call(404, "POST", path+"/none/test", "")))
	for body, at := range map[string]string{
		`{"id":"x","every":"day","type":"webhook"}`:                                                          "body.url",
		`{"id":"x","every":"day","type":"webhook","url":"http://a.example.com"}`:                             "body.url",
		`{"id":"x","every":"year","type":"webhook","url":"https://a.example.com"}`:                           "body.every",
		`{"id":"x","every":"day","type":"webhook","url":"https://a.example.com","time_zone":"Mars"}`:         "body.time_zone",
		`{"id":"x","every":"day","type":"webhook","url":"https://a.example.com","by":["team","team"]}`:       "body.by",
		`{"id":"x","every":"day","type":"email","smtp":{"host":"h","from":"nobody","to":["b@example.com"]}}`: "body.smtp.from",
	} {
		e := d.call(422, "POST", path, body)["error"].(map[string]any)
		require.Equal(t, at, e["details"].([]any)[0].(map[string]any)["path"], body)
	}
	d.call(200, "DELETE", path+"/broken", "")
	require.EqualValues(t, 1, d.call(200, "GET", path, "")["total_count"])
}

func TestReportsThatWereSentAreListed(t *testing.T) {
	d := open(t)
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	run := store.ReportRun{Schedule: "a", Since: noon, Until: noon.Add(time.Hour), Due: noon.Add(time.Hour), State: store.RunWaiting}
	runs := d.store.Load().ReportRuns()
	require.NoError(t, runs.Plan(t.Context(), run))
	run.State, run.Ended, run.Fault = store.RunGivenUp, noon, "nobody there"
	require.NoError(t, runs.Record(t.Context(), run, 0, nil))
	listed := d.call(200, "GET", "/api/reports/runs?schedule=a", "")["runs"].([]any)[0].(map[string]any)
	require.Equal(t, "given_up", listed["state"])
	require.Equal(t, "nobody there", listed["reason"])
	require.Empty(t, d.call(200, "GET", "/api/reports/runs?schedule=b", "")["runs"])
}
