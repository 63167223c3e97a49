package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

const (
	minuteUS = int64(time.Minute / time.Microsecond)
	hourUS   = int64(time.Hour / time.Microsecond)

	minTime, maxTime = math.MinInt64 / 2, math.MaxInt64 / 2 // before and after every call
)

// Sums by the minute are read as long as they are young, and kept a little longer, so that
// clocks need not agree.
const (
	minutesRead = 48 * time.Hour
	minutesKept = 72 * time.Hour
)

// Columns of the sums, before those of the latencies.
const (
	sumCalls = iota
	sumFailed
	sumCanceled
	sumInput
	sumCacheRead
	sumCacheWrite
	sumOutput
	sumReasoning
	sumCost
	sumTook
	sumFirstToken
	sumFirstTokens
	sumsPlain
)

// sumColumn is a column of the sums, and what it is of a row of the ledger.
type sumColumn struct{ name, ofRow string }

var sumColumns = func() []sumColumn {
	columns := []sumColumn{
		sumCalls: {"calls", "1"}, sumFailed: {"failed", "case when outcome = 1 then 1 else 0 end"},
		sumCanceled: {"canceled", "case when outcome = 2 then 1 else 0 end"},
		sumInput:    {"input", ""}, sumCacheRead: {"cache_read", ""}, sumCacheWrite: {"cache_write", ""}, sumOutput: {"output", ""},
		sumReasoning: {"reasoning", ""}, sumCost: {"cost_nano", ""}, sumTook: {"took_us", ""}, sumFirstToken: {"first_token_us", ""},
		sumFirstTokens: {"first_tokens", "case when first_token_us > 0 then 1 else 0 end"},
	}
	for i := range latencies {
		columns = append(columns, sumColumn{fmt.Sprintf("l%d", i), fmt.Sprintf("case when latency = %d then 1 else 0 end", i)})
	}
	for i := range columns {
		columns[i].ofRow = cmp.Or(columns[i].ofRow, columns[i].name)
	}
	return columns
}()

// sumKey is the place of a sum: the kind of its series, the beginning of its time, its series.
type sumKey struct {
	kind           kind
	bucket, series int64
}

// addend is what is added at one place.
type addend struct {
	sumKey
	values [sumsPlain + latencies]int64
}

// sums gathers what rows add to the sums of one length of time.
type sums struct {
	table string
	width int64
	at    map[sumKey]*addend
}

// sumsOf adds rows up, or takes them away by a sign of -1.
func sumsOf(table string, width, since int64, rows []row, sign int64, into *sums) *sums {
	if into == nil {
		into = &sums{table: table, width: width, at: map[sumKey]*addend{}}
	}
	for i := range rows {
		r := &rows[i]
		if r.TimeUS < since {
			continue
		}
		for of, id := range r.sums {
			k := sumKey{kind(of) + ofWhat, floor(r.TimeUS, width), id}
			a := into.at[k]
			if a == nil {
				a = &addend{sumKey: k}
				into.at[k] = a
			}
			a.add(r, sign)
		}
	}
	return into
}

func (a *addend) add(r *row, sign int64) {
	v := &a.values
	v[sumCalls] += sign
	switch r.Outcome {
	case Failed:
		v[sumFailed] += sign
	case Canceled:
		v[sumCanceled] += sign
	case Succeeded:
	}
	c := &r.Counts
	for i, n := range [...]int64{
		sumInput: c.Input, sumCacheRead: c.CacheRead, sumCacheWrite: c.CacheWrite, sumOutput: c.Output,
		sumReasoning: c.Reasoning, sumCost: c.CostNano, sumTook: r.TookUS, sumFirstToken: r.FirstTokenUS,
	} {
		v[i] += sign * n
	}
	if r.FirstTokenUS > 0 {
		v[sumFirstTokens] += sign
	}
	v[sumsPlain+r.Latency] += sign
}

// sumsAtOnce bounds the rows of a statement, which has all their figures.
const sumsAtOnce = 200

// write adds to what is there. The order is the same for all, so that no two writers wait
// for each other.
func (s *sums) write(ctx context.Context, tx bun.Tx) error {
	all := make([]*addend, 0, len(s.at))
	for _, a := range s.at {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b *addend) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.bucket, b.bucket), cmp.Compare(a.series, b.series))
	})
	for some := range slices.Chunk(all, sumsAtOnce) {
		if _, err := tx.Tx.ExecContext(ctx, s.statement(some)); err != nil {
			return fmt.Errorf("add to %s: %w", s.table, err)
		}
	}
	return nil
}

func (s *sums) statement(some []*addend) string {
	b := make([]byte, 0, 128*len(some)+4096)
	b = append(append(b, "insert into "...), s.table...)
	b = append(b, " (kind, bucket, series"...)
	for i := range sumColumns {
		b = append(append(b, ", "...), sumColumns[i].name...)
	}
	b = append(b, ") values "...)
	for i, a := range some {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, '('), int64(a.kind), 10)
		b = strconv.AppendInt(append(b, ','), a.bucket, 10)
		b = strconv.AppendInt(append(b, ','), a.series, 10)
		for _, n := range a.values {
			b = strconv.AppendInt(append(b, ','), n, 10)
		}
		b = append(b, ')')
	}
	return string(append(b, s.onConflict()...))
}

func (s *sums) onConflict() string {
	var b strings.Builder
	b.WriteString(" on conflict (kind, bucket, series) do update set ")
	for i, c := range sumColumns {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s = %s.%s + excluded.%s", c.name, s.table, c.name, c.name)
	}
	return b.String()
}

// addToSums adds rows to the sums and takes others away, whose place they take.
func addToSums(ctx context.Context, tx bun.Tx, added, gone []row, now time.Time) error {
	young := now.Add(-minutesKept).UnixMicro()
	for _, of := range [...]struct {
		table        string
		width, since int64
	}{{"ledger_minutes", minuteUS, young}, {"ledger_hours", hourUS, minTime}} {
		s := sumsOf(of.table, of.width, of.since, added, 1, nil)
		sumsOf(of.table, of.width, of.since, gone, -1, s)
		if err := s.write(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// roll sets what the sums and the search need of a row.
func (r *row) roll() {
	r.Outcome, r.Latency = outcomeOf(r.Status, r.Code, r.Truncated), latencyOf(r.TookUS)
	r.TokensClass, r.CostClass = magnitudeOf(r.Counts.Input+r.Counts.Output, tokensUnit), magnitudeOf(r.Counts.CostNano, costUnit)
	s := seriesOf(r)
	r.Series, r.Rolled = s[whole].ID, true
	r.sums = [...]int64{s[ofWhat].ID, s[ofWho].ID}
}

// floor is the beginning of the time of a width that t is in.
func floor(t, width int64) int64 {
	rest := t % width
	if rest < 0 {
		rest += width
	}
	return t - rest
}
