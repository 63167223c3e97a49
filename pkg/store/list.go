package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/uptrace/bun"
)

// ErrNoCall says that the log has no call of an id.
var ErrNoCall = errors.New("the log has no such call")

// Log returns the log of calls.
func (s *Store) Log() Log { return ledger{s} }

// Find implements [Log].
func (l ledger) Find(ctx context.Context, id string) (*usage.Entry, error) {
	var rows []row
	if err := l.read.NewSelect().Model(&rows).Where("call_id = ? and not hidden", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read the call %s: %w", id, err)
	}
	if len(rows) == 0 {
		return nil, ErrNoCall
	}
	entries, err := entriesOf(rows)
	if err != nil {
		return nil, err
	}
	return &entries[0], nil
}

// fewSeries is how many series a list is put together from one by one: each of them has
// its calls in the order of time. Of more, the calls are found while going through all.
const fewSeries = 400

// List implements [Log].
func (l ledger) List(ctx context.Context, f LogFilter, p Paging) ([]usage.Entry, error) {
	if err := l.withHours(ctx, &f); err != nil {
		return nil, err
	}
	var ids []int64
	if f.bySeries() {
		var err error
		if ids, err = l.seriesOf(ctx, &f); err != nil || len(ids) == 0 {
			return nil, err
		}
	}
	var c conditions
	f.times(&c)
	f.rows(&c, l.read.Dialect().Name())
	c.add("not hidden")
	if p.After != (Place{}) && p.Sort == SortTime {
		than := "<"
		if p.Ascending {
			than = ">"
		}
		c.add("(time_us, call_id) "+than+" (?, ?)", p.After.Time.UnixMicro(), p.After.CallID)
	}
	var text string
	var args []any
	switch {
	case len(ids) > 0 && len(ids) <= fewSeries && p.Sort == SortTime && f.RequestID == "":
		text, args = merged(ids, &c, &p)
	case len(ids) > 0:
		c.add("series in (?)", bun.List(ids))
		fallthrough
	default:
		text = "select call_id from ledger" + c.where() + p.order() + fmt.Sprintf(" limit %d offset %d", p.Limit, p.Offset)
		args = c.args
	}
	return l.ordered(ctx, text, args)
}

// seriesOf finds the series that a filter is for.
func (l ledger) seriesOf(ctx context.Context, f *LogFilter) ([]int64, error) {
	var c conditions
	c.add("kind = ?", int64(whole))
	f.series(&c)
	var ids []int64
	if err := l.read.NewRaw("select id from ledger_series"+c.where(), c.args...).Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("look the log's series up: %w", err)
	}
	return ids, nil
}

// partsAtOnce is how many selects one statement may have side by side in SQLite.
const partsAtOnce = 400

// merged writes the first calls of each series side by side, and puts them in order.
func merged(ids []int64, c *conditions, p *Paging) (string, []any) {
	var b strings.Builder
	var args []any
	b.WriteString("select call_id from (")
	for i, id := range ids[:min(len(ids), partsAtOnce)] {
		if i > 0 {
			b.WriteString(" union all ")
		}
		fmt.Fprintf(&b, "select * from (select time_us, call_id from ledger%s%d%s limit %d) p%d",
			c.where()+" and series = ", id, p.order(), p.Offset+p.Limit, i)
		args = append(args, c.args...)
	}
	b.WriteString(") p" + p.order())
	fmt.Fprintf(&b, " limit %d offset %d", p.Limit, p.Offset)
	return b.String(), args
}

func (p *Paging) order() string {
	by := [...]string{SortTime: "time_us", SortLatency: "took_us", SortTokens: "input + output", SortCost: "cost_nano"}[p.Sort]
	if p.Ascending {
		return " order by " + by + ", call_id"
	}
	return " order by " + by + " desc, call_id desc"
}

// ordered returns the calls that a statement names, in its order.
func (l ledger) ordered(ctx context.Context, text string, args []any) ([]usage.Entry, error) {
	var ids []string
	if err := l.read.NewRaw(text, args...).Scan(ctx, &ids); err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []row
	if err := l.read.NewSelect().Model(&rows).Where("call_id in (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	at := make(map[string]*row, len(rows))
	for i := range rows {
		at[rows[i].CallID] = &rows[i]
	}
	inOrder := make([]row, 0, len(rows))
	for _, id := range ids {
		if r := at[id]; r != nil { // else it was removed meanwhile
			inOrder = append(inOrder, *r)
		}
	}
	return entriesOf(inOrder)
}

// Count implements [Log].
func (l ledger) Count(ctx context.Context, f LogFilter, most int) (int64, error) {
	if _, summed := f.kindFor(nil); summed && !f.byRow() {
		figures, err := l.Figures(ctx, f, FigureOptions{})
		if err != nil || len(figures) == 0 {
			return 0, err
		}
		return figures[0].Calls, nil
	}
	if err := l.withHours(ctx, &f); err != nil {
		return 0, err
	}
	var c conditions
	f.times(&c)
	f.ofSeries(&c)
	f.rows(&c, l.read.Dialect().Name())
	text := "select 1 from ledger" + c.where()
	if most > 0 {
		text += fmt.Sprintf(" limit %d", most)
	}
	var n int64
	if err := l.read.NewRaw("select count(*) from ("+text+") p", c.args...).Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("count calls: %w", err)
	}
	return n, nil
}

// Hide implements [Log].
func (l ledger) Hide(ctx context.Context, ids []string) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	var n int64
	err := l.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		done, err := tx.NewUpdate().Model((*row)(nil)).
			Set("hidden = ?, message = '', session = '', parent = '', end_user = '', metadata = '{}'", true).
			Where("call_id in (?) and not hidden", bun.List(ids)).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err = done.RowsAffected(); err != nil {
			return err
		}
		_, err = tx.NewRaw("delete from call_bodies where call_id in (?)", bun.List(ids)).Exec(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("take calls out of the log: %w", err)
	}
	return int(n), nil
}

// Transcript implements [Log].
func (l ledger) Transcript(ctx context.Context, id string) (*transcript.Transcript, error) {
	return transcripts(l).Transcript(ctx, id)
}

// valuesMost bounds what [Log.Values] returns.
const valuesMost = 1000

// Values implements [Log].
func (l ledger) Values(ctx context.Context, d Dimension, since time.Time) ([]string, error) {
	values := []string{}
	k := ofWhat
	if slices.Contains(whoOnly[:], d) {
		k = ofWho
	}
	column := dimensionColumns[d]
	text := fmt.Sprintf("select distinct cast(%s as text) from ledger_series where cast(%s as text) <> '' and id in "+
		"(select series from ledger_hours where kind = %d and bucket >= ?) order by 1 limit %d", column, column, k, valuesMost)
	if err := l.read.NewRaw(text, floor(since.UnixMicro(), hourUS)).Scan(ctx, &values); err != nil {
		return nil, fmt.Errorf("list what calls have in common: %w", err)
	}
	return values, nil
}

// withHours fills in the hours that the index of requests is to be looked at for. It is by
// the hour, so that new entries go to few of its pages.
func (l ledger) withHours(ctx context.Context, f *LogFilter) error {
	if f.RequestID == "" {
		return nil
	}
	since, until := f.span()
	for _, end := range [...]struct {
		order string
		to    *int64
		pick  func(a, b int64) int64
	}{
		{"time_us", &since, func(a, b int64) int64 { return max(a, b) }},
		{"time_us desc", &until, func(a, b int64) int64 { return min(a, b) }},
	} {
		var at []int64
		if err := l.read.NewRaw("select time_us from ledger order by "+end.order+" limit 1").Scan(ctx, &at); err != nil {
			return fmt.Errorf("look up the log's ends: %w", err)
		}
		if len(at) > 0 {
			*end.to = end.pick(*end.to, at[0])
		}
	}
	f.hours = []int64{0}
	for hour := since / hourUS; hour <= until/hourUS && len(f.hours) < hoursMost; hour++ {
		f.hours = append(f.hours, hour)
	}
	return nil
}

// hoursMost bounds the hours that are looked at: ten years.
const hoursMost = 10 * 366 * 24
