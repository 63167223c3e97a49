package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"
)

// search looks the log through for a part of a list. There are several ways to the calls
// that a filter means: by the series that they are of, by the class of one of their numbers,
// by terms, among those that failed, or all in the order of time. Where there are several,
// what one finds is held against the whole filter.
type search struct {
	ledger
	f       *LogFilter
	p       *Paging
	series  []int64 // that the filter is for, if it is for some
	hidden  bool    // calls that were taken out of the log count, too
	loose   bool    // any calls do, in any order
	matched conditions
}

// placed is a call's place in an order: what it is ordered by, and its id.
type placed struct {
	At     int64
	CallID string
}

// find returns the places of calls, up to the end of the part.
func (l ledger) find(ctx context.Context, f LogFilter, p Paging) ([]placed, error) {
	return (&search{ledger: l, f: &f, p: &p}).run(ctx)
}

// some returns the places of at most so many calls.
func (l ledger) some(ctx context.Context, f LogFilter, most int, hidden bool) ([]placed, error) {
	return (&search{ledger: l, f: &f, p: &Paging{Limit: most}, hidden: hidden, loose: true}).run(ctx)
}

func (s *search) run(ctx context.Context) ([]placed, error) {
	f, p := s.f, s.p
	if f.bySeries() {
		var err error
		if s.series, err = s.seriesOf(ctx, f); err != nil || len(s.series) == 0 {
			return nil, err
		}
	}
	c := &s.matched
	f.times(c)
	rows := *f
	rows.Text = "" // which has a way of its own
	rows.rows(c, s.read.Dialect().Name())
	if !s.hidden {
		c.add("not hidden")
	}
	if p.After != (Place{}) && p.Sort == SortTime {
		than := "<"
		if p.Ascending {
			than = ">"
		}
		c.add("(time_us, call_id) "+than+" (?, ?)", p.After.Time.UnixMicro(), p.After.CallID)
	}
	switch {
	case f.Text != "":
		return s.byText(ctx)
	case p.Sort != SortTime:
		return s.byMagnitude(ctx)
	}
	w, err := s.way(ctx)
	if err != nil {
		return nil, err
	}
	if w.terms {
		return s.byTerms(ctx)
	}
	if w.parts == nil && len(s.series) > partsMost {
		return s.ofMany(ctx)
	}
	return s.among(ctx, w.parts, p.end())
}

// end is how many calls there are up to the end of the part.
func (p *Paging) end() int { return p.Offset + p.Limit }

// key is what calls are ordered by.
func (p *Paging) key() string {
	return [...]string{SortTime: "time_us", SortLatency: "took_us", SortTokens: "input + output", SortCost: "cost_nano"}[p.Sort]
}

func (p *Paging) order() string {
	if p.Ascending {
		return " order by 1, call_id"
	}
	return " order by 1 desc, call_id desc"
}

// compare orders places.
func (p *Paging) compare(a, b placed) int {
	c := cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.CallID, b.CallID))
	if p.Ascending {
		return c
	}
	return -c
}

// merge puts two lists in order together.
func (p *Paging) merge(a, b []placed) []placed {
	all := slices.Concat(a, b)
	slices.SortFunc(all, p.compare)
	all = slices.Compact(all)
	return all[:min(len(all), p.end())]
}

// where adds the series and more to what calls must match.
func (s *search) where(more string, args ...any) conditions {
	c := conditions{slices.Clone(s.matched.texts), slices.Clone(s.matched.args)}
	if len(s.series) > 0 && !strings.HasPrefix(more, seriesPart) {
		c.add("series + 0 in (?)", bun.List(s.series)) // not by their index, in which they are not in order
	}
	if more != "" {
		c.add(more, args...)
	}
	return c
}

// among returns the first calls of parts of the log, each of which has its calls in the
// order of time. No parts are the whole of it.
func (s *search) among(ctx context.Context, parts []string, limit int) ([]placed, error) {
	if len(parts) == 0 {
		parts = []string{fmt.Sprint("time_us > ", minTime)} // by the index of times, whatever the planner thinks
	}
	order := s.p.order()
	if s.loose {
		order = ""
	}
	var b strings.Builder
	var args []any
	if len(parts) > 1 {
		b.WriteString("select at, call_id from (")
	}
	for i, part := range parts {
		if i > 0 {
			b.WriteString(" union all ")
		}
		c := s.where(part)
		args = append(args, c.args...)
		one := fmt.Sprintf("select %s as at, call_id from ledger%s%s limit %d", s.p.key(), c.where(), order, limit)
		if len(parts) > 1 {
			one = fmt.Sprintf("select * from (%s) p%d", one, i)
		}
		b.WriteString(one)
	}
	if len(parts) > 1 {
		fmt.Fprintf(&b, ") p%s limit %d", order, limit)
	}
	return s.places(ctx, b.String(), args)
}

// byText returns calls whose error's message has the text, and calls in which it was said.
func (s *search) byText(ctx context.Context) ([]placed, error) {
	failed := s.where("")
	s.f.message(&failed)
	found, err := s.first(ctx, &failed)
	if err != nil {
		return nil, err
	}
	text, args := s.f.spoken(s.read.Dialect().Name())
	if text == "" {
		return found, nil
	}
	spoken := s.where("call_id in ("+text+")", args...)
	more, err := s.first(ctx, &spoken)
	if err != nil {
		return nil, err
	}
	return s.p.merge(found, more), nil
}

// first returns the first calls that match.
func (s *search) first(ctx context.Context, c *conditions) ([]placed, error) {
	text := fmt.Sprintf("select %s as at, call_id from ledger%s%s limit %d", s.p.key(), c.where(), s.p.order(), s.p.end())
	return s.places(ctx, text, c.args)
}

func (s *search) places(ctx context.Context, text string, args []any) ([]placed, error) {
	rows, err := s.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	defer rows.Close()
	var all []placed
	for rows.Next() {
		var one placed
		if err := rows.Scan(&one.At, &one.CallID); err != nil {
			return nil, fmt.Errorf("read the log: %w", err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	return all, nil
}
