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
			k := row{Series: rows[i].Series, Outcome: rows[i].Outcome, Latency: rows[i].Latency}
			alike[k] = append(alike[k], rows[i].CallID)
		}
		for k, ids := range alike {
			k.Rolled = true
			for some := range slices.Chunk(ids, rowsAtOnce) {
				_, err := tx.NewUpdate().Model(&k).Column("series", "outcome", "latency", "rolled").Where("call_id in (?)", bun.List(some)).Exec(ctx)
				if err != nil {
					return err
				}
			}
		}
		var none known
		if err := writeSeries(ctx, tx, none.fresh(rows, now)); err != nil {
			return err
		}
		return addToSums(ctx, tx, rows, nil, now)
	})
	if err != nil {
		return 0, fmt.Errorf("add entries of the version before to the sums: %w", err)
	}
	return n, nil
}
