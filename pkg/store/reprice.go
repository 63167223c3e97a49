package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// Reprice implements [Log].
func (l ledger) Reprice(ctx context.Context, costNano map[string]int64) (int, error) {
	changed := 0
	err := l.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		changed = 0
		for some := range slices.Chunk(slices.Sorted(maps.Keys(costNano)), rowsAtOnce) {
			var old []row
			q := tx.NewSelect().Model(&old).Where("call_id in (?)", bun.List(some)).Order("call_id")
			if tx.Dialect().Name() == dialect.PG {
				q.For("update")
			}
			if err := q.Scan(ctx); err != nil {
				return err
			}
			var gone, added []row
			for i := range old {
				r := old[i]
				if r.Counts.CostNano = costNano[r.CallID]; r.Counts.CostNano == old[i].Counts.CostNano {
					continue
				}
				r.CostClass = magnitudeOf(r.Counts.CostNano, costUnit)
				if _, err := tx.NewUpdate().Model(&r).Column("cost_nano", "cost_class").WherePK().Exec(ctx); err != nil {
					return err
				}
				changed++
				if r.Rolled { // else it is added to the sums as it is now
					old[i].roll()
					r.roll()
					gone, added = append(gone, old[i]), append(added, r)
				}
			}
			if err := addToSums(ctx, tx, added, gone, time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("set what calls cost: %w", err)
	}
	return changed, nil
}
