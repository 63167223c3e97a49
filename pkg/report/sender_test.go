package report

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/stretchr/testify/require"
)

// post keeps what is sent, or fails.
type post struct {
	mu   sync.Mutex
	sent []Payload
	ids  []string
	fail error
}

func (p *post) take(_ context.Context, _, id string, body []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return p.fail
	}
	var told Payload
	if err := json.Unmarshal(body, &told); err != nil {
		return err
	}
	p.sent, p.ids = append(p.sent, told), append(p.ids, id)
	return nil
}

// clock is a time that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

type rig struct {
	*Sender
	store *store.Store
	cfg   *config.Config
	post  *post
	clock *clock
}

var daily = config.ReportSchedule{ID: "d", Name: "Daily", Every: "day", TimeZone: "Europe/Berlin", Type: "webhook", URL: "https://finance.example.com"}

func newRig(t *testing.T, schedules ...config.ReportSchedule) *rig {
	r := &rig{store: opened(t), cfg: &config.Config{Reports: config.Reports{Schedules: schedules}}, post: &post{}, clock: &clock{}}
	r.clock.set(time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))
	r.Sender = r.sender()
	return r
}

func (r *rig) sender() *Sender {
	return NewSender(Options{
		Config: func(context.Context) (*config.Config, error) { return r.cfg, nil },
		Store:  func() *store.Store { return r.store },
		Names:  func(context.Context) Names { return nobody },
		Turn:   func(context.Context, string) (func(), bool, error) { return func() {}, true, nil },
		Queue:  r.post.take, Try: r.post.take, Metrics: telemetry.NewMetrics("test"), Log: slog.New(slog.DiscardHandler), Now: r.clock.Now,
	})
}

func (r *rig) look(t *testing.T, at time.Time) {
	t.Helper()
	r.clock.set(at)
	require.NoError(t, r.Look(t.Context()))
}

func (r *rig) runs(t *testing.T) []store.ReportRun {
	t.Helper()
	runs, err := r.store.ReportRuns().Runs(t.Context(), "", 100)
	require.NoError(t, err)
	return runs
}

func TestAReportIsSentOnceWhenItsHourHasCome(t *testing.T) {
	r := newRig(t, daily)
	berlin := zone(t, "Europe/Berlin")
	require.NoError(t, r.store.Ledger().Put(t.Context(), []usage.Entry{
		{CallID: "1", Time: time.Date(2026, 11, 25, 22, 59, 0, 0, time.UTC), Team: "search", Model: "m", CostNano: 4_000_001},
		{CallID: "2", Time: time.Date(2026, 11, 25, 23, 0, 0, 0, time.UTC), Team: "search", Model: "m", CostNano: 1},
	}))
	r.look(t, time.Date(2026, 11, 25, 13, 0, 0, 0, berlin))
	r.look(t, time.Date(2026, 11, 26, 5, 59, 0, 0, berlin))
	require.Empty(t, r.post.sent)
	var all sync.WaitGroup
	r.clock.set(time.Date(2026, 11, 26, 6, 0, 0, 0, berlin))
	for range 4 { // as controls whose leases have all expired would
		all.Go(func() { _ = r.sender().Look(t.Context()) })
	}
	all.Wait()
	r.look(t, time.Date(2026, 11, 26, 7, 0, 0, 0, berlin))
	ids := map[string]bool{}
	for _, id := range r.post.ids {
		ids[id] = true
	}
	require.Len(t, ids, 1, "its receiver knows it as one")
	told := r.post.sent[0]
	require.Equal(t, "report.spend", told.Type)
	require.Equal(t, "Daily", told.Name)
	require.EqualValues(t, 4_000_001, told.Report.Total.CostNano)
	require.Equal(t, map[string]string{"team": "search", "model": "m"}, told.Report.Rows[0].Of)
	runs := r.runs(t)
	require.Equal(t, []store.RunState{store.RunWaiting, store.RunSent}, []store.RunState{runs[0].State, runs[1].State})
	require.Equal(t, time.Date(2026, 11, 27, 6, 0, 0, 0, berlin).UTC(), runs[0].Due)
}

func TestWhatWasMissedIsSentLate(t *testing.T) {
	r := newRig(t, daily)
	start := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	r.look(t, start)
	for range 4 {
		r.look(t, start.AddDate(0, 0, 3))
	}
	require.Len(t, r.post.sent, 3)
	require.Equal(t, time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC), r.post.sent[0].Report.Since)
	require.Equal(t, r.post.sent[0].Report.Until, r.post.sent[1].Report.Since)
}

func TestAReportThatFailsIsTriedAgainAndGivenUp(t *testing.T) {
	r := newRig(t, daily)
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	r.look(t, at)
	r.post.fail = errors.New("nobody there")
	at = at.AddDate(0, 0, 1)
	for i := range delays {
		r.look(t, at)
		run := r.runs(t)[0]
		require.Equal(t, i+1, run.Tries)
		require.Equal(t, "nobody there", run.Fault)
		require.True(t, run.Due.Equal(at.Add(delays[i])))
		r.look(t, run.Due.Add(-time.Second))
		require.Equal(t, i+1, r.runs(t)[0].Tries)
		at = run.Due
	}
	r.look(t, at)
	runs := r.runs(t)
	require.Equal(t, []store.RunState{store.RunWaiting, store.RunGivenUp}, []store.RunState{runs[0].State, runs[1].State})
	r.post.fail = nil
	r.look(t, at.AddDate(0, 0, 1))
	require.Len(t, r.post.sent, 1)
}

func TestAScheduleThatChangesWaitsForWhatItIsNow(t *testing.T) {
	r := newRig(t, daily)
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	r.look(t, at)
	hour := 9
	r.cfg.Reports.Schedules[0].Hour = &hour
	r.look(t, at.Add(18*time.Hour))
	require.Len(t, r.runs(t), 1)
	require.Equal(t, time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC), r.runs(t)[0].Due, "another hour is no other day")
	r.cfg.Reports.Schedules[0].Every = "month"
	r.look(t, at)
	require.Len(t, r.runs(t), 1)
	require.Equal(t, time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC), r.runs(t)[0].Since)
	require.Equal(t, time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC), r.runs(t)[0].Until)
	r.cfg.Reports.Schedules = nil
	r.look(t, at)
	require.Empty(t, r.runs(t))
	require.Empty(t, r.post.sent)
}

func TestTimesAreThoseOfTheCalendar(t *testing.T) {
	for name, c := range map[string]struct{ every, zone, now, since, until, due string }{
		"a day of 25 hours":   {"day", "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "2026-10-26T05:00:00Z"},
		"a week from Monday":  {"week", "UTC", "2026-11-29T23:59:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z", "2026-11-30T06:00:00Z"},
		"a Monday":            {"week", "UTC", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z", "2026-11-30T06:00:00Z"},
		"a month in a zone":   {"month", "Asia/Kolkata", "2026-01-31T19:00:00Z", "2026-01-31T18:30:00Z", "2026-02-28T18:30:00Z", "2026-03-01T00:30:00Z"},
		"the end of the year": {"month", "UTC", "2026-12-31T23:00:00Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-01-01T06:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			s := config.ReportSchedule{ID: "s", Every: c.every, TimeZone: c.zone}
			now, err := time.Parse(time.RFC3339, c.now)
			require.NoError(t, err)
			r := current(&s, now)
			require.Equal(t, []string{c.since, c.until, c.due}, []string{r.Since.Format(time.RFC3339), r.Until.Format(time.RFC3339), r.Due.Format(time.RFC3339)})
			require.True(t, before(&s, now).Until.Equal(r.Since))
		})
	}
}
