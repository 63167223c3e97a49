package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"
)

const (
	// spansMost is how many spans are looked at in one statement, and timesAtOnce in how
	// many places for the calls that their terms tell of.
	spansMost   = 512
	timesAtOnce = 500
)

// byTerms returns the calls that have all of the filter's terms, in the order of time: those
// that the terms tell of, and of those from before there were terms. Spans are looked at
// from the end at which the order begins, ever more at once.
func (s *search) byTerms(ctx context.Context) ([]placed, error) {
	before, err := s.among(ctx, []string{fmt.Sprint("cost_class = ", noMagnitude)}, s.p.end())
	if err != nil {
		return nil, err
	}
	spans, err := s.spans(ctx)
	if err != nil {
		return nil, err
	}
	var found []placed
	var times []int64
	for many := 1; len(spans) > 0 && len(found) < s.p.end(); many = min(2*many, spansMost) {
		some := spans[:min(many, len(spans))]
		spans = spans[len(some):]
		more, err := s.timesIn(ctx, some)
		if err != nil {
			return nil, err
		}
		times = append(times, more...)
		slices.SortFunc(times, s.timeOrder)
		times = slices.Compact(times)
		sure := s.sure(times, spans)
		for at := range slices.Chunk(times[:sure], timesAtOnce) {
			if len(found) >= s.p.end() {
				break
			}
			c := s.where("time_us in (?)", bun.List(at))
			more, err := s.places(ctx, "select time_us, call_id from ledger"+c.where()+s.p.order(), c.args)
			if err != nil {
				return nil, err
			}
			found = append(found, more...)
		}
		times = times[sure:]
	}
	return s.p.merge(before, found), nil
}

func (s *search) timeOrder(a, b int64) int {
	if s.p.Ascending {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(b, a)
}

// bounds are the filter's times, without what a page before has shown.
func (s *search) bounds() (since, until int64) {
	since, until = s.f.span()
	if s.p.After != (Place{}) {
		if at := s.p.After.Time.UnixMicro(); s.p.Ascending {
			since = max(since, at)
		} else {
			until = min(until, at+1)
		}
	}
	return since, until
}

// spans are those of the filter's time, in the order of where they begin to matter.
func (s *search) spans(ctx context.Context) ([]int64, error) {
	since, until := s.bounds()
	var ids []int64
	if err := s.read.NewRaw("select id from ledger_spans where id > ? and id <= ?", since-hourUS, until).Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("list the spans of terms: %w", err)
	}
	slices.SortFunc(ids, func(a, b int64) int { return s.timeOrder(s.edge(a), s.edge(b)) })
	return ids, nil
}

// edge is the end of a span that the order comes to first.
func (s *search) edge(span int64) int64 {
	since, until := spanTime(span)
	if s.p.Ascending {
		return since
	}
	return until
}

// timesIn returns when calls of some spans have had all the terms.
func (s *search) timesIn(ctx context.Context, spans []int64) (times []int64, err error) {
	since, until := s.bounds()
	for i, term := range s.f.terms() {
		var of []int64
		const query = "select time_us from ledger_terms where span in (?) and term = ? and time_us >= ? and time_us < ?"
		if err := s.read.NewRaw(query, bun.List(spans), term, since, until).Scan(ctx, &of); err != nil {
			return nil, fmt.Errorf("look terms up: %w", err)
		}
		if slices.Sort(of); i > 0 {
			of = slices.DeleteFunc(of, func(at int64) bool { _, too := slices.BinarySearch(times, at); return !too })
		}
		if times = of; len(times) == 0 {
			break
		}
	}
	return times, nil
}

// sure is how many of the times, which are in order, none of the other spans can come before.
func (s *search) sure(times, others []int64) int {
	if len(others) == 0 {
		return len(times)
	}
	edge := s.edge(others[0])
	n := 0
	for n < len(times) && s.timeOrder(times[n], edge) < 0 {
		n++
	}
	return n
}
