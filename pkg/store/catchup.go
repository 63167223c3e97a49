package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// CatchUp implements [Ledger].
func (l ledger) CatchUp(ctx context.Context, limit int) (int, error) {
	n, err := l.sumUp(ctx, limit)
	if err != nil || n > 0 {
		return n, err
	}
	return l.classify(ctx, limit)
}

// classify tells what is searched for of entries of the version before.
func (l ledger) classify(ctx context.Context, limit int) (n int, err error) {
	err = l.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		var rows []row
		q := tx.NewSelect().Model(&rows).Where("cost_class = ? and rolled", noMagnitude).Order("time_us desc").Limit(int64(limit))
		if tx.Dialect().Name() == dialect.PG {
			q.For("update skip locked")
		}
		if err := q.Scan(ctx); err != nil || len(rows) == 0 {
			return err
		}
		n = len(rows)
		alike := map[[2]int64][]string{}
		for i := range rows {
			rows[i].roll()
			k := [2]int64{rows[i].TokensClass, rows[i].CostClass}
			alike[k] = append(alike[k], rows[i].CallID)
		}
		for k, ids := range alike {
			r := row{TokensClass: k[0], CostClass: k[1]}
			for some := range slices.Chunk(ids, rowsAtOnce) {
				if _, err := tx.NewUpdate().Model(&r).Column("tokens_class", "cost_class").Where("call_id in (?)", bun.List(some)).Exec(ctx); err != nil {
					return err
				}
			}
		}
		return l.writeTerms(ctx, tx, rows)
	})
	if err != nil {
		return 0, fmt.Errorf("index entries of the version before: %w", err)
	}
	return n, nil
}

// sumUp adds entries of the version before to the sums.
func (l ledger) sumUp(ctx context.Context, limit int) (int, error) {
	now, n := time.Now(), 0
	err := l.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		var rows []row
		q := tx.NewSelect().Model(&rows).Where("not rolled").Order("time_us desc").Limit(int64(limit))
		if tx.Dialect().Name() == dialect.PG {
			q.For("update skip locked")
		}
		if err := q.Scan(ctx); err != nil || len(rows) == 0 {
			return err
		}
		n = len(rows)
		alike := map[row][]string{}
		for i := range rows {
			rows[i].roll()
			r := &rows[i]
			k := row{Series: r.Series, Outcome: r.Outcome, Latency: r.Latency, TokensClass: r.TokensClass, CostClass: r.CostClass}
			alike[k] = append(alike[k], rows[i].CallID)
		}
		for k, ids := range alike {
			k.Rolled = true
			for some := range slices.Chunk(ids, rowsAtOnce) {
				_, err := tx.NewUpdate().Model(&k).Column("series", "outcome", "latency", "rolled", "tokens_class", "cost_class").Where("call_id in (?)", bun.List(some)).Exec(ctx)
				if err != nil {
					return err
				}
			}
		}
		var none known
		if err := writeSeries(ctx, tx, none.fresh(rows, now)); err != nil {
			return err
		}
		if err := l.writeTerms(ctx, tx, rows); err != nil {
			return err
		}
		return addToSums(ctx, tx, rows, nil, now)
	})
	if err != nil {
		return 0, fmt.Errorf("add entries of the version before to the sums: %w", err)
	}
	return n, nil
}
