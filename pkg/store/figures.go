package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// piece is a length of time and the table that tells of it.
type piece struct {
	table        string
	since, until int64
}

// The tables that statistics come from.
const (
	ofRows    = "ledger"
	ofMinutes = "ledger_minutes"
	ofHours   = "ledger_hours"
)

// pieces divides a time among the tables: whole hours in the middle, minutes at the ends
// where they are young enough to be there, rows for the rest. Of a width that hours or
// minutes do not fit into they are left out.
func pieces(since, until, young, width int64) []piece {
	if width != 0 && width%hourUS != 0 {
		return minutePieces(nil, since, until, young)
	}
	from, to := ceil(since, hourUS), floor(until, hourUS)
	if since == minTime {
		from = minTime
	}
	if until == maxTime {
		to = maxTime
	}
	if from >= to {
		return minutePieces(nil, since, until, young)
	}
	all := minutePieces(nil, since, from, young)
	all = append(all, piece{ofHours, from, to})
	return minutePieces(all, to, until, young)
}

func minutePieces(all []piece, since, until, young int64) []piece {
	from, to := ceil(max(since, young), minuteUS), floor(until, minuteUS)
	if until == maxTime {
		to = maxTime
	}
	if from >= to {
		from, to = until, until
	}
	for _, p := range [...]piece{{ofRows, since, from}, {ofMinutes, from, to}, {ofRows, to, until}} {
		if p.since < p.until {
			all = append(all, p)
		}
	}
	return all
}

func ceil(t, width int64) int64 {
	if t == minTime {
		return t
	}
	return floor(t+width-1, width)
}

// Figures implements [Log].
func (l ledger) Figures(ctx context.Context, f LogFilter, o FigureOptions) ([]Figure, error) {
	since, until := f.span()
	width := o.Every.Microseconds()
	young := time.Now().Add(-minutesRead).UnixMicro()
	all := []piece{{ofRows, since, until}}
	kind, summed := f.kindFor(o.By)
	if summed && !f.byRow() {
		all = pieces(since, until, young, width)
	}
	some, more, err := l.fewOf(ctx, f, o.Most)
	if err != nil {
		return nil, err
	}
	if more && o.Most > 0 {
		return []Figure{{Calls: int64(o.Most)}}, nil
	}
	s := statement{f: &f, some: some, by: o.By, width: width, kind: kind, columns: sumColumns[:sumsPlain]}
	if o.Latencies {
		s.columns = sumColumns
	}
	text, args := s.text(l, all)
	rows, err := l.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("add up the log: %w", err)
	}
	defer rows.Close()
	var figures []Figure
	for rows.Next() {
		figure, err := s.scan(rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("add up the log: %w", err)
		}
		figures = append(figures, figure)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("add up the log: %w", err)
	}
	return figures, nil
}

// fewMost is how many calls are added up by their ids.
const fewMost = 10_000

// fewOf returns the calls that a filter means, where the search finds them sooner than a look
// at all rows of its time would, and they are few; and whether there are too many for that.
func (l ledger) fewOf(ctx context.Context, f LogFilter, most int) (few []placed, more bool, err error) {
	if !f.byRow() && (most == 0 || f.Summed()) {
		return nil, false, nil
	}
	if most == 0 || most > fewMost {
		most = fewMost
	}
	found, err := l.some(ctx, f, most, true)
	if err != nil || len(found) == most {
		return nil, true, err
	}
	return append([]placed{}, found...), false, nil
}

// statement is one that adds calls up.
type statement struct {
	f       *LogFilter
	some    []placed // the calls, where they are known and few
	by      []Dimension
	width   int64
	kind    kind
	columns []sumColumn
}

// text writes it: the pieces one beside the other, and a sum over them.
func (s *statement) text(l ledger, all []piece) (string, []any) {
	var b strings.Builder
	var args []any
	b.WriteString("select t")
	for i := range s.by {
		fmt.Fprintf(&b, ", d%d", i)
	}
	for _, c := range s.columns {
		fmt.Fprintf(&b, ", cast(coalesce(sum(%s), 0) as bigint)", c.name)
	}
	b.WriteString(" from (")
	if len(all) == 0 {
		all = []piece{{ofRows, 0, 0}} // of no time there is nothing
	}
	for i, p := range all {
		if i > 0 {
			b.WriteString(" union all ")
		}
		args = append(args, s.piece(&b, l, p)...)
	}
	b.WriteString(") p where calls > 0 group by t")
	for i := range s.by {
		fmt.Fprintf(&b, ", d%d", i)
	}
	b.WriteString(" order by t")
	return b.String(), args
}

// piece writes one piece, added up already so that little goes on from it. Sums that are
// not told apart by a dimension are added up in the order in which they lie.
func (s *statement) piece(b *strings.Builder, l ledger, p piece) []any {
	at := "bucket"
	if p.table == ofRows {
		at = "time_us"
	}
	t := "0"
	var group []string
	switch {
	case s.width == 0:
	case p.table != ofRows:
		t, group = fmt.Sprintf("bucket - bucket %% %d", s.width), []string{"bucket"}
	default:
		t, group = fmt.Sprintf("%s - %s %% %d", at, at, s.width), []string{"1"}
	}
	if p.table != ofRows && len(s.by) > 0 {
		return s.bySeries(b, p)
	}
	fmt.Fprintf(b, "select %s as t", t)
	for i, d := range s.by {
		fmt.Fprintf(b, ", %s as d%d", dimensionColumns[d], i)
		group = append(group, strconv.Itoa(i+2))
	}
	for _, c := range s.columns {
		of := c.name
		if p.table == ofRows {
			of = c.ofRow
		}
		fmt.Fprintf(b, ", sum(%s) as %s", of, c.name)
	}
	c := s.conditions(b, l, p)
	p.times(&c, at)
	b.WriteString(c.where())
	if len(group) > 0 {
		b.WriteString(" group by " + strings.Join(group, ", "))
	}
	return c.args
}

// bySeries writes a piece of sums that are told apart by dimensions: they are added up by
// their series first, of which there are fewer.
func (s *statement) bySeries(b *strings.Builder, p piece) []any {
	t := "0"
	if s.width != 0 {
		t = fmt.Sprintf("bucket - bucket %% %d", s.width)
	}
	b.WriteString("select t")
	for i, d := range s.by {
		fmt.Fprintf(b, ", %s as d%d", dimensionColumns[d], i)
	}
	for _, c := range s.columns {
		fmt.Fprintf(b, ", sum(%s) as %s", c.name, c.name)
	}
	fmt.Fprintf(b, " from (select %s as t, series as of_series", t)
	for _, c := range s.columns {
		fmt.Fprintf(b, ", sum(%s) as %s", c.name, c.name)
	}
	var times conditions
	times.add("kind = ?", int64(s.kind))
	p.times(&times, "bucket")
	fmt.Fprintf(b, " from %s%s group by 1, 2) q join ledger_series on id = of_series", p.table, times.where())
	var c conditions
	s.f.series(&c)
	s.f.outcomes(&c, false)
	b.WriteString(c.where() + " group by 1")
	for i := range s.by {
		fmt.Fprintf(b, ", %d", i+2)
	}
	return append(times.args, c.args...)
}

// times adds a piece's ends.
func (p *piece) times(c *conditions, at string) {
	if p.since != minTime {
		c.add(at+" >= ?", p.since)
	}
	if p.until != maxTime {
		c.add(at+" < ?", p.until)
	}
}

// conditions writes where a piece comes from, and returns which of it is meant.
func (s *statement) conditions(b *strings.Builder, l ledger, p piece) (c conditions) {
	fmt.Fprintf(b, " from %s", p.table)
	if p.table == ofRows {
		if s.some != nil {
			c.add("call_id in (?)", bun.List(idsOf(s.some)))
		} else {
			s.f.ofSeries(&c)
			s.f.rows(&c, l.read.Dialect().Name())
		}
		c.add("rolled")
		return c
	}
	c.add(p.table+".kind = ?", int64(s.kind))
	if s.f.bySeries() || len(s.f.Outcomes) > 0 {
		b.WriteString(" join ledger_series on ledger_series.id = series")
	}
	s.f.series(&c)
	s.f.outcomes(&c, false)
	return c
}

func (s *statement) scan(scan func(...any) error) (Figure, error) {
	var at int64
	values := make([]int64, len(s.columns))
	f := Figure{By: make([]string, len(s.by))}
	into := []any{&at}
	for i := range f.By {
		into = append(into, &f.By[i])
	}
	for i := range values {
		into = append(into, &values[i])
	}
	if err := scan(into...); err != nil {
		return Figure{}, err
	}
	if s.width != 0 {
		f.Time = time.UnixMicro(at).UTC()
	}
	if len(s.by) == 0 {
		f.By = nil
	}
	f.Calls, f.Failed, f.Canceled = values[sumCalls], values[sumFailed], values[sumCanceled]
	f.Input, f.CacheRead, f.CacheWrite = values[sumInput], values[sumCacheRead], values[sumCacheWrite]
	f.Output, f.Reasoning, f.CostNano = values[sumOutput], values[sumReasoning], values[sumCost]
	f.Took, f.FirstToken = time.Duration(values[sumTook])*time.Microsecond, time.Duration(values[sumFirstToken])*time.Microsecond
	f.FirstTokens = values[sumFirstTokens]
	copy(f.Latencies[:], values[sumsPlain:])
	return f, nil
}
