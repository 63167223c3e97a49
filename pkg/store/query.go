package store

import (
	"context"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/uptrace/bun"
)

func (l ledger) Page(ctx context.Context, f Filter, after Place, limit int) ([]usage.Entry, error) {
	var rows []row
	q := f.apply(l.read.NewSelect().Model(&rows))
	if after != (Place{}) {
		q.Where("(time_us, call_id) < (?, ?)", after.Time.UnixMicro(), after.CallID)
	}
	if err := q.Order("time_us desc", "call_id desc").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	return entriesOf(rows)
}

func (l ledger) Sum(ctx context.Context, f Filter, by ...Group) ([]Total, error) {
	q := f.apply(l.read.NewSelect().Model((*row)(nil))).ColumnExpr("count(*) as calls").
		ColumnExpr("cast(coalesce(sum(case when certainty = 1 then 1 else 0 end), 0) as bigint) as estimated")
	for _, column := range summed {
		// PostgreSQL's sum of bigint is no bigint.
		q.ColumnExpr("cast(coalesce(sum(?), 0) as bigint) as ?", bun.Ident(column), bun.Ident(column))
	}
	for _, g := range by {
		q.Column(groupColumns[g]).Group(groupColumns[g])
	}
	var sums []sum
	if err := q.Scan(ctx, &sums); err != nil {
		return nil, fmt.Errorf("add up the ledger: %w", err)
	}
	totals := make([]Total, len(sums))
	for i := range sums {
		totals[i] = sums[i].total()
	}
	return totals, nil
}

func (f *Filter) apply(q *bun.SelectQuery) *bun.SelectQuery {
	if !f.Since.IsZero() {
		q.Where("time_us >= ?", f.Since.UnixMicro())
	}
	if !f.Until.IsZero() {
		q.Where("time_us < ?", f.Until.UnixMicro())
	}
	if f.Tried {
		q.Where("attempts > 0")
	}
	if f.Charged {
		q.Where("shadow = ?", false)
	}
	if f.Status != 0 {
		q.Where("status = ?", f.Status)
	}
	for _, is := range [...]struct{ column, value string }{
		{"virtual_key", f.VirtualKey},
		{"team", f.Team},
		{"customer", f.Customer},
		{"provider", f.Provider},
		{"model", f.Model},
		{"key", f.Key},
		{"call_id", f.CallID},
		{"request_id", f.RequestID},
		{"node", f.Node},
		{"worker", f.Worker},
		{"code", f.Code},
	} {
		if is.value != "" {
			q.Where("? = ?", bun.Ident(is.column), is.value)
		}
	}
	return q
}
