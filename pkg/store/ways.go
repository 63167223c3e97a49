package store

import (
	"context"
	"fmt"
	"strings"
)

// way is a way to calls: by terms, or through parts of the log, each in the order of time.
type way struct {
	parts []string
	terms bool
}

const (
	// partsMost is how many parts there may be: so many selects one statement may have side
	// by side in SQLite. Calls of more series are found while going through all.
	partsMost = 400
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
		var w way
		for _, id := range s.series {
			w.parts = append(w.parts, fmt.Sprint(seriesPart, id))
		}
		all = append(all, w)
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
