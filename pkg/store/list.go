package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// List implements [Log].
func (l ledger) List(ctx context.Context, f LogFilter, p Paging) ([]usage.Entry, error) {
	found, err := l.find(ctx, f, p)
	if err != nil || len(found) <= p.Offset {
		return nil, err
	}
	return l.entries(ctx, found[p.Offset:])
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

// entries returns calls in the order of their places.
func (l ledger) entries(ctx context.Context, places []placed) ([]usage.Entry, error) {
	ids := idsOf(places)
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

func idsOf(places []placed) []string {
	ids := make([]string, len(places))
	for i := range places {
		ids[i] = places[i].CallID
	}
	return ids
}

// Count implements [Log].
func (l ledger) Count(ctx context.Context, f LogFilter, most int) (int64, error) {
	if f.Summed() {
		figures, err := l.Figures(ctx, f, FigureOptions{})
		if err != nil || len(figures) == 0 {
			return 0, err
		}
		return figures[0].Calls, nil
	}
	if most > 0 {
		found, err := l.some(ctx, f, most, false)
		return int64(len(found)), err
	}
	var c conditions
	f.times(&c)
	f.ofSeries(&c)
	f.rows(&c, l.read.Dialect().Name())
	c.add("not hidden")
	var n int64
	if err := l.read.NewRaw("select count(*) from ledger"+c.where(), c.args...).Scan(ctx, &n); err != nil {
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
