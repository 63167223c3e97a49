package report

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/store"
)

// begin is when the time begins, of the length that a schedule is of, that t is in.
func begin(s *config.ReportSchedule, t time.Time) time.Time {
	y, m, d := t.In(s.Zone()).Date()
	switch s.Every {
	case "week":
		sinceMonday := (int(t.In(s.Zone()).Weekday()) + 6) % 7
		d -= sinceMonday
	case "month":
		d = 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, s.Zone())
}

// run is the run of the time that begins at since.
func run(s *config.ReportSchedule, since time.Time) store.ReportRun {
	y, m, d := since.In(s.Zone()).Date()
	switch s.Every {
	case "week":
		d += 7
	case "month":
		m++
	default:
		d++
	}
	at := func(hour int) time.Time { return time.Date(y, m, d, hour, 0, 0, 0, s.Zone()).UTC() }
	return store.ReportRun{Schedule: s.Label(), Since: since.UTC(), Until: at(0), Due: at(s.SendHour()), State: store.RunWaiting}
}

// current is the run of the time that is passing; before, that of the one before it.
func current(s *config.ReportSchedule, now time.Time) store.ReportRun { return run(s, begin(s, now)) }

func before(s *config.ReportSchedule, now time.Time) store.ReportRun {
	return run(s, begin(s, begin(s, now).Add(-time.Hour)))
}

// query is what a schedule's report of a time is of.
func query(s *config.ReportSchedule, since, until time.Time) Query {
	by := s.By
	if len(by) == 0 {
		by = []string{"team", "model"}
	}
	var f store.LogFilter
	for _, list := range [...]struct {
		of     store.Dimension
		values []string
	}{
		{store.Customer, s.Customers},
		{store.Team, s.Teams},
		{store.VirtualKey, s.VirtualKeys},
		{store.Provider, s.Providers},
		{store.Model, s.Models},
	} {
		f.Is[list.of] = list.values
	}
	return Query{Since: since, Until: until, Zone: s.Zone(), By: by, Filter: f}
}
