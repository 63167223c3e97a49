package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// mostMarks bounds how many different marks are told of.
const mostMarks = 10_000

// Marks implements [Log].
func (l ledger) Marks(ctx context.Context, f LogFilter, having string) (map[string]int64, error) {
	var c conditions
	f.times(&c)
	if f.bySeries() {
		ids, err := l.seriesOf(ctx, &f)
		if err != nil || len(ids) == 0 {
			return nil, err
		}
		c.add("series in (?)", bun.List(ids))
	}
	f.rows(&c, l.read.Dialect().Name())
	c.add("not hidden")
	c.add("marks like ?", "%"+having+"%")
	rows, err := l.read.QueryContext(ctx, fmt.Sprintf("select marks, count(*) from ledger%s group by marks order by 2 desc limit %d", c.where(), mostMarks), c.args...)
	if err != nil {
		return nil, fmt.Errorf("count the log's marks: %w", err)
	}
	defer rows.Close()
	counts := map[string]int64{}
	for rows.Next() {
		var marks string
		var calls int64
		if err := rows.Scan(&marks, &calls); err != nil {
			return nil, fmt.Errorf("count the log's marks: %w", err)
		}
		counts[marks] = calls
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("count the log's marks: %w", err)
	}
	return counts, nil
}

// marksOf are the marks that a call can be found by: each, and what of it is before "=".
func marksOf(marks string) (all []string) {
	if marks == "" {
		return nil
	}
	for mark := range strings.SplitSeq(marks, ",") {
		all = append(all, mark)
		if kind, _, more := strings.Cut(mark, "="); more {
			all = append(all, kind)
		}
	}
	return all
}

// marked adds that calls must have the filter's mark.
func (f *LogFilter) marked(c *conditions, d dialect.Name) {
	within := "instr(',' || marks || ',', ?) > 0"
	if d == dialect.PG {
		within = "strpos(',' || marks || ',', ?) > 0"
	}
	c.add("("+within+" or "+within+")", ","+f.Mark+",", ","+f.Mark+"=")
}
