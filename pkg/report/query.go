package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
)

// Day is what calls are told apart by beside the dimensions of the log: days of the
// query's time zone.
const Day = "day"

// dimensions are what calls may be told apart by. Sums are kept of all of them together.
var dimensions = map[string]store.Dimension{
	"customer": store.Customer, "team": store.Team, "user": store.User, "virtual_key": store.VirtualKey,
	"provider": store.Provider, "model": store.Model, "key": store.Key,
}

// Query says what a report is of.
type Query struct {
	Since, Until time.Time
	Zone         *time.Location
	// By are names of dimensions, and Day.
	By     []string
	Filter store.LogFilter // its time does not matter
}

// MostDays bounds the days of a report.
const MostDays = 400

// Row is what calls of a kind add up to.
type Row struct {
	// Of are the values of what calls are told apart by; a day as 2026-11-25.
	Of []string
	store.Figure
}

// Report is what was spent.
type Report struct {
	Query
	Rows  []Row // by day, and what costs most first
	Total store.Figure
}

// Figures adds calls up; [store.Log] does, and what narrows one down.
type Figures interface {
	Figures(ctx context.Context, f store.LogFilter, o store.FigureOptions) ([]store.Figure, error)
}

// Make makes a report. A day of another length than 24 hours, or one that does not begin at a
// full hour of UTC, is what it is. Concurrent calls are fine.
func Make(ctx context.Context, log Figures, q Query) (*Report, error) {
	r := &Report{Query: q}
	for _, s := range q.spans() {
		q.Filter.Since, q.Filter.Until = s.since, s.until
		figures, err := log.Figures(ctx, q.Filter, store.FigureOptions{By: q.dimensions(), Every: s.every})
		if err != nil {
			return nil, fmt.Errorf("add up what was spent: %w", err)
		}
		for i := range figures {
			r.Total.Add(&figures[i])
			r.Rows = append(r.Rows, Row{q.values(&figures[i], s.since), figures[i]})
		}
	}
	slices.SortStableFunc(r.Rows, q.order)
	return r, nil
}

func (q *Query) dimensions() []store.Dimension {
	var all []store.Dimension
	for _, name := range q.By {
		if name != Day {
			all = append(all, dimensions[name])
		}
	}
	return all
}

// span is a time that one question to the log is of, told apart by every.
type span struct {
	since, until time.Time
	every        time.Duration
}

// spans are the days of the query, one by one but in UTC, whose days the log knows.
func (q *Query) spans() []span {
	switch {
	case !slices.Contains(q.By, Day):
		return []span{{q.Since, q.Until, 0}}
	case q.Zone == time.UTC:
		return []span{{q.Since, q.Until, 24 * time.Hour}}
	}
	var all []span
	for since := q.Since; since.Before(q.Until); {
		y, m, d := since.In(q.Zone).Date()
		next := time.Date(y, m, d+1, 0, 0, 0, 0, q.Zone)
		all = append(all, span{since, earlier(next, q.Until), 0})
		since = next
	}
	return all
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// values puts a figure's values in the order of By.
func (q *Query) values(f *store.Figure, since time.Time) []string {
	day := since
	if !f.Time.IsZero() {
		day = f.Time
	}
	values, rest := make([]string, len(q.By)), f.By
	for i, name := range q.By {
		if name == Day {
			values[i] = day.In(q.Zone).Format(time.DateOnly)
			continue
		}
		values[i], rest = rest[0], rest[1:]
	}
	return values
}

func (q *Query) order(a, b Row) int {
	if i := slices.Index(q.By, Day); i >= 0 && a.Of[i] != b.Of[i] {
		return slices.Compare(a.Of[i:i+1], b.Of[i:i+1])
	}
	switch {
	case a.CostNano != b.CostNano:
		return int(min(max(b.CostNano-a.CostNano, -1), 1))
	case a.Calls != b.Calls:
		return int(min(max(b.Calls-a.Calls, -1), 1))
	}
	return slices.Compare(a.Of, b.Of)
}
