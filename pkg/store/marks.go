package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"
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
