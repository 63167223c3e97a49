package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/uptrace/bun"
)

// rowsAtOnce bounds the rows of a statement, whose text has them all. Statements prepared
// for 64 rows, with arguments, were tried on SQLite: they cost as much CPU, and many
// times the allocations.
const rowsAtOnce = 500

// errRaced: another process has put an entry of the same call at the same moment.
var errRaced = errors.New("an entry of the same call was put meanwhile")

// maxRaces is how often a batch is put again for it.
const maxRaces = 5

func (l ledger) Put(ctx context.Context, entries []usage.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	rows, err := rowsOf(entries)
	if err != nil {
		return err
	}
	for range maxRaces {
		if err = l.put(ctx, rows); !errors.Is(err, errRaced) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("put %d entries into the ledger: %w", len(entries), err)
	}
	return nil
}

func (l ledger) put(ctx context.Context, rows []row) error {
	now := time.Now()
	series := l.known.fresh(rows, now)
	err := l.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		fresh, gone, err := l.told(ctx, tx, rows)
		if err != nil {
			return err
		}
		if err := writeSeries(ctx, tx, series); err != nil {
			return err
		}
		if err := insert(ctx, tx, fresh); err != nil {
			return err
		}
		if err := l.writeTerms(ctx, tx, fresh); err != nil {
			return err
		}
		return addToSums(ctx, tx, fresh, gone, now)
	})
	if err == nil {
		l.known.written(series, now)
	}
	return err
}

// insert writes rows, those of calls that failed by themselves: what only they have is left
// out for the rest, which costs half as much.
func insert(ctx context.Context, tx bun.Tx, rows []row) error {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(b.Outcome, a.Outcome) })
	for some := range slices.Chunk(rows, rowsAtOnce) {
		q := tx.NewInsert().Model(&some).ExcludeColumn(unset(some)...)
		done, err := q.On("conflict (call_id) do nothing").Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n != int64(len(some)) {
			return errors.Join(err, errRaced)
		}
	}
	return nil
}

// told returns the rows that are to be written, and removes the less certain ones whose
// place they take; of those it returns what is in the sums.
func (l ledger) told(ctx context.Context, tx bun.Tx, rows []row) (fresh, gone []row, err error) {
	certainty := map[string]int64{}
	for some := range slices.Chunk(rows, rowsAtOnce) {
		ids := make([]string, len(some))
		for i := range some {
			ids[i] = some[i].CallID
		}
		var there []row
		if err := tx.NewSelect().Model(&there).Column("call_id", "certainty").Where("call_id in (?)", bun.List(ids)).Scan(ctx); err != nil {
			return nil, nil, err
		}
		for i := range there {
			certainty[there[i].CallID] = there[i].Certainty
		}
	}
	if len(certainty) == 0 {
		return rows, nil, nil
	}
	var replaced []string
	for i := range rows {
		of, there := certainty[rows[i].CallID]
		if there && rows[i].Certainty <= of {
			continue
		}
		if there {
			replaced = append(replaced, rows[i].CallID)
		}
		fresh = append(fresh, rows[i])
	}
	for some := range slices.Chunk(replaced, rowsAtOnce) {
		var old []row
		if err := tx.NewDelete().Model(&old).Where("call_id in (?)", bun.List(some)).Returning("*").Scan(ctx); err != nil {
			return nil, nil, err
		}
		for i := range old {
			if old[i].Certainty != certainty[old[i].CallID] {
				return nil, nil, errRaced
			}
			if old[i].Hidden {
				at := slices.IndexFunc(fresh, func(r row) bool { return r.CallID == old[i].CallID })
				fresh[at].Hidden = true
			}
		}
		gone = append(gone, old...)
	}
	gone = slices.DeleteFunc(gone, func(r row) bool { return !r.Rolled })
	for i := range gone {
		gone[i].roll()
	}
	return fresh, gone, nil
}
