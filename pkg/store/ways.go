package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// way is a way to calls: by terms, or through parts of the log, each in the order of time.
type way struct {
	parts []string
	terms bool
}

const (
	// partsMost is how many parts there may be: so many selects one statement may have side
	// by side in SQLite.
	partsMost = 400
	// probed is how many calls are looked through before those of many series are put together.
	probed = 20_000
	// fewCalls is how many may be read without a better way being looked for.
	fewCalls = 5000

	seriesPart = "series = "
)

// way returns the best there is. Of several, one that leads to few calls is best, which the
// counts of none of the others tell.
func (s *search) way(ctx context.Context) (best way, err error) {
	all := s.ways()
	if len(all) < 2 {
		return append(all, way{})[0], nil
	}
	best, fewest := all[0], fewCalls
	for _, w := range all {
		if w.terms { // finds little, or soon
			if fewest == fewCalls {
				best = w
			}
			continue
		}
		n, err := s.count(ctx, w.parts, fewest)
		if err != nil {
			return way{}, err
		}
		if n < fewest {
			best, fewest = w, n
		}
	}
	return best, nil
}

func (s *search) ways() (all []way) {
	if n := len(s.series); n > 0 && n <= partsMost {
		all = append(all, way{parts: seriesParts(s.series)})
	}
	for _, m := range s.f.measures() {
		if m.min == 0 && m.max == 0 {
			continue
		}
		all = append(all, way{parts: m.parts(m.classes())})
	}
	if s.f.MissingCost {
		all = append(all, way{parts: []string{"cost_class = 0", fmt.Sprint("cost_class = ", noMagnitude)}})
	}
	if len(all) > 0 && s.f.onlyFailed() {
		all = append(all, way{parts: []string{"outcome <> 0"}})
	}
	if len(s.f.terms()) > 0 {
		all = append(all, way{terms: true})
	}
	return all
}

// count counts the calls of parts in the filter's time, up to most.
func (s *search) count(ctx context.Context, parts []string, most int) (n int, err error) {
	var times conditions
	s.f.times(&times)
	var texts []string
	var args []any
	for i, part := range parts {
		c := conditions{append([]string{part}, times.texts...), times.args}
		texts = append(texts, fmt.Sprintf("select * from (select 1 as one from ledger%s limit %d) p%d", c.where(), most, i))
		args = append(args, c.args...)
	}
	text := fmt.Sprintf("select count(*) from (select one from (%s) p limit %d) p", strings.Join(texts, " union all "), most)
	if err := s.read.NewRaw(text, args...).Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("look for a way through the log: %w", err)
	}
	return n, nil
}

func seriesParts(ids []int64) (parts []string) {
	for _, id := range ids {
		parts = append(parts, fmt.Sprint(seriesPart, id))
	}
	return parts
}

// ofMany returns the calls of more series than one statement may have: most have theirs
// among the calls that come first, and rare ones are put together step by step.
func (s *search) ofMany(ctx context.Context) ([]placed, error) {
	var edge []int64
	var times conditions
	s.f.times(&times)
	order, than := " order by time_us desc", "time_us >= ?"
	if s.p.Ascending {
		order, than = " order by time_us", "time_us <= ?"
	}
	query := fmt.Sprintf("select time_us from ledger%s%s limit 1 offset %d", times.where(), order, probed)
	if err := s.read.NewRaw(query, times.args...).Scan(ctx, &edge); err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	if len(edge) == 0 { // they are all there is
		return s.among(ctx, nil, s.p.end())
	}
	near := *s
	near.matched = s.where(than, edge[0])
	near.series = nil
	found, err := near.among(ctx, nil, s.p.end())
	if err != nil || len(found) == s.p.end() {
		return found, err
	}
	found = nil
	for some := range slices.Chunk(s.series, partsMost) {
		more, err := s.among(ctx, seriesParts(some), s.p.end())
		if err != nil {
			return nil, err
		}
		found = s.p.merge(found, more)
	}
	return found, nil
}
