package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// mostMarks bounds how many different marks are told of.
const mostMarks = 10_000

// MarkCount is how many calls of a length of time had the same marks.
type MarkCount struct {
	Time  time.Time // when it begins
	Marks string
	Calls int64
}

// Marks implements [Log].
func (l ledger) Marks(ctx context.Context, f LogFilter, having string) (map[string]int64, error) {
	all, _, err := l.MarksOverTime(ctx, f, having, 0)
	if err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for i := range all {
		counts[all[i].Marks] = all[i].Calls
	}
	return counts, nil
}

// MarksOverTime implements [Log]. Every 0 is one length for all time.
func (l ledger) MarksOverTime(ctx context.Context, f LogFilter, having string, every time.Duration) ([]MarkCount, bool, error) {
	var c conditions
	f.times(&c)
	if f.bySeries() {
		ids, err := l.seriesOf(ctx, &f)
		if err != nil || len(ids) == 0 {
			return nil, true, err
		}
		c.add("series in (?)", bun.List(ids))
	}
	f.rows(&c, l.read.Dialect().Name())
	c.add("not hidden")
	c.add("marks like ?", "%"+having+"%")
	began := "0"
	if every > 0 {
		began = fmt.Sprintf("time_us - time_us %% %d", every.Microseconds())
	}
	rows, err := l.read.QueryContext(ctx, fmt.Sprintf("select %s as t, marks, count(*) from ledger%s group by 1, marks order by 3 desc limit %d", began, c.where(), mostMarks), c.args...)
	if err != nil {
		return nil, false, fmt.Errorf("count the log's marks: %w", err)
	}
	defer rows.Close()
	var all []MarkCount
	for rows.Next() {
		var m MarkCount
		var us int64
		if err := rows.Scan(&us, &m.Marks, &m.Calls); err != nil {
			return nil, false, fmt.Errorf("count the log's marks: %w", err)
		}
		m.Time = time.UnixMicro(us).UTC()
		all = append(all, m)
	}
	if err := rows.Err(); err != nil {
		return nil, false, fmt.Errorf("count the log's marks: %w", err)
	}
	return all, len(all) < mostMarks, nil
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
