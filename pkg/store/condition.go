package store

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// conditions are those of a statement, and their values.
type conditions struct {
	texts []string
	args  []any
}

func (c *conditions) add(text string, args ...any) {
	c.texts, c.args = append(c.texts, text), append(c.args, args...)
}

// where writes them.
func (c *conditions) where() string {
	if len(c.texts) == 0 {
		return ""
	}
	return " where " + strings.Join(c.texts, " and ")
}

// series adds what a row of ledger_series must be like.
func (f *LogFilter) series(c *conditions) {
	for d := range dimensions {
		if len(f.Is[d]) > 0 {
			c.add("? in (?)", bun.Ident(dimensionColumns[d]), inColumn(d, f.Is[d]))
		}
		if len(f.Not[d]) > 0 {
			c.add("? not in (?)", bun.Ident(dimensionColumns[d]), inColumn(d, f.Not[d]))
		}
	}
	if f.RuleUsed {
		c.add("rule_id <> ''")
	}
}

// inColumn is the list of a dimension's values as its column has them. A status is a number;
// what is none is no call's.
func inColumn(d Dimension, values []string) any {
	if d != Status {
		return bun.List(values)
	}
	numbers := []int{-1}
	for _, v := range values {
		if n, err := strconv.Atoi(v); err == nil {
			numbers = append(numbers, n)
		}
	}
	return bun.List(numbers)
}

// ofSeries adds of which series the rows of the ledger must be.
func (f *LogFilter) ofSeries(c *conditions) {
	if !f.bySeries() {
		return
	}
	var inner conditions
	inner.add("kind = ?", int64(whole))
	f.series(&inner)
	c.add("series in (select id from ledger_series"+inner.where()+")", inner.args...)
}

// rows adds what the rows of the ledger must be like, but for the time and the series.
func (f *LogFilter) rows(c *conditions, d dialect.Name) {
	f.outcomes(c, true)
	for _, is := range [...]struct{ column, value string }{
		{"request_id", f.RequestID},
		{"session", f.Session},
		{"parent", f.Parent},
		{"end_user", f.EndUser},
		{"code", f.Code},
		{"class", f.Class},
		{"worker", f.Worker},
		{"dialect", f.Dialect},
	} {
		if is.value != "" {
			c.add("? = ?", bun.Ident(is.column), is.value)
		}
	}
	if f.Stream != nil {
		c.add("stream = ?", *f.Stream)
	}
	if f.Shadow != nil {
		c.add("shadow = ?", *f.Shadow)
	}
	if f.Retried != nil {
		c.add("(attempts > 1) = ?", *f.Retried)
	}
	if f.Mark != "" {
		f.marked(c, d)
	}
	for _, m := range f.measures() {
		if m.min != 0 {
			c.add(m.of+" >= ?", m.min)
		}
		if m.max != 0 {
			c.add(m.of+" <= ?", m.max)
		}
	}
	if f.MissingCost {
		c.add("cost_nano = 0 and certainty > 0 and (input > 0 or output > 0 or units > 0 or images > 0)")
	}
	for name, value := range f.Metadata {
		if d == dialect.PG {
			c.add("metadata ->> ? = ?", name, value)
		} else {
			c.add("exists (select 1 from json_each(metadata) m where m.key = ? and m.value = ?)", name, value)
		}
	}
	if f.Text != "" {
		f.said(c, d)
	}
}

// likeLiteral takes the meaning from what means something to like.
var likeLiteral = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// onlyFailed says whether the index of calls that failed has all that are meant.
func (f *LogFilter) onlyFailed() bool {
	return f.Code != "" || f.Class != "" || len(f.Outcomes) > 0 && !slices.Contains(f.Outcomes, Succeeded)
}

// outcomes adds how calls must have ended; indexed where there is an index of those that failed.
func (f *LogFilter) outcomes(c *conditions, indexed bool) {
	if indexed && f.onlyFailed() {
		c.add("outcome <> 0") // as the index has it
	}
	if len(f.Outcomes) == 0 {
		return
	}
	all := make([]string, len(f.Outcomes))
	for i, o := range f.Outcomes {
		all[i] = strconv.Itoa(int(o))
	}
	c.add("outcome in (" + strings.Join(all, ", ") + ")")
}

func (f *LogFilter) times(c *conditions) {
	for _, bound := range [...]struct {
		text string
		at   time.Time
	}{{"time_us >= ?", f.Since}, {"time_us < ?", f.Until}} {
		if !bound.at.IsZero() {
			c.add(bound.text, bound.at.UnixMicro())
		}
	}
}
