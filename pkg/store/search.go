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
	matched conditions
}

// placed is a call's place in an order: what it is ordered by, and its id.
type placed struct {
	At     int64
	CallID string
}

// find returns the places of calls, up to the end of the part.
func (l ledger) find(ctx context.Context, f LogFilter, p Paging, hidden bool) ([]placed, error) {
	s := &search{ledger: l, f: &f, p: &p, hidden: hidden}
	if f.bySeries() {
		var err error
		if s.series, err = l.seriesOf(ctx, &f); err != nil || len(s.series) == 0 {
			return nil, err
		}
	}
	c := &s.matched
	f.times(c)
	f.rows(c, l.read.Dialect().Name())
	if !hidden {
		c.add("not hidden")
	}
	if p.After != (Place{}) && p.Sort == SortTime {
		than := "<"
		if p.Ascending {
			than = ">"
		}
		c.add("(time_us, call_id) "+than+" (?, ?)", p.After.Time.UnixMicro(), p.After.CallID)
	}
	if p.Sort != SortTime {
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
		parts = []string{""}
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
		one := fmt.Sprintf("select %s as at, call_id from ledger%s%s limit %d", s.p.key(), c.where(), s.p.order(), limit)
		if len(parts) > 1 {
			one = fmt.Sprintf("select * from (%s) p%d", one, i)
		}
		b.WriteString(one)
	}
	if len(parts) > 1 {
		fmt.Fprintf(&b, ") p%s limit %d", s.p.order(), limit)
	}
	return s.places(ctx, b.String(), args)
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
