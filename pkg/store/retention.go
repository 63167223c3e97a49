package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Retention removes the ledger's entries, and what was said in calls, that are old enough or
// too many, and keeps the ledger's sums in order. Of several processes over one database, one
// does so at a time.
type Retention struct {
	Ledger      Ledger
	Transcripts Transcripts
	// Keep returns what is kept of the ledger's entries, and of what was said in their calls.
	Keep func(ctx context.Context) (entries, said Kept, err error)
	// Turn reports whether it is this process's turn, which ends with done or after a
	// minute.
	Turn    func(ctx context.Context) (done func(), mine bool, err error)
	Removed prometheus.Counter
	Log     *slog.Logger
}

// Kept says how long, and how much of something is kept; 0 is without end.
type Kept struct {
	For   time.Duration
	Bytes int64
}

const (
	pruneEvery  = time.Minute
	pruneAtOnce = 1000
	// prunePause lets others write between two batches, and pruneFor ends a turn well
	// before it is over.
	prunePause = 20 * time.Millisecond
	pruneFor   = 20 * time.Second
	// alwaysKept is of which calls entries stay however large the store is.
	alwaysKept = time.Hour
	// catchUpEvery is how late entries come into the sums that the version before puts
	// while an upgrade is under way.
	catchUpEvery = 10 * time.Second
	catchUpMany  = 2000
)

// Run works once a minute until ctx ends.
func (r *Retention) Run(ctx context.Context) {
	prune, catchUp := time.NewTicker(pruneEvery), time.NewTicker(catchUpEvery)
	defer prune.Stop()
	defer catchUp.Stop()
	for {
		if err := r.catchUp(ctx); err != nil && ctx.Err() == nil {
			r.Log.Warn("the ledger's sums do not have all entries for now", "error", err)
		}
		select {
		case <-catchUp.C:
			continue
		case <-prune.C:
		case <-ctx.Done():
			return
		}
		if err := r.Ledger.Upkeep(ctx, time.Now()); err != nil && ctx.Err() == nil {
			r.Log.Warn("the ledger's upkeep failed", "error", err)
		}
		if err := r.Prune(ctx); err != nil && ctx.Err() == nil {
			r.Log.Warn("old calls stay in the store for now", "error", err)
		}
	}
}

// catchUp adds entries of the version before to the sums.
func (r *Retention) catchUp(ctx context.Context) error {
	for {
		n, err := r.Ledger.CatchUp(ctx, catchUpMany)
		if err != nil || n == 0 {
			return err
		}
		select {
		case <-time.After(prunePause):
		case <-ctx.Done():
			return nil
		}
	}
}

// Prune removes what is old enough or too much, or as much of it as there is time for: the
// oldest first, and with an entry what was said in its call.
func (r *Retention) Prune(ctx context.Context) error {
	entries, said, err := r.Keep(ctx)
	if err != nil {
		return err
	}
	if entries == (Kept{}) && said == (Kept{}) {
		return r.Transcripts.Shrink(ctx) // people may have deleted some
	}
	done, mine, err := r.Turn(ctx)
	if err != nil || !mine {
		return err
	}
	defer done()
	now := time.Now()
	before, err := r.entriesBefore(ctx, entries, now)
	if err != nil {
		return err
	}
	if !before.IsZero() {
		err = inBatches(ctx, func() (int, error) {
			n, err := r.Ledger.Prune(ctx, before, pruneAtOnce)
			r.Removed.Add(float64(n))
			return n, err
		})
	}
	if said.For > 0 {
		before = later(before, now.Add(-said.For))
	}
	return errors.Join(err, inBatches(ctx, func() (int, error) {
		return r.Transcripts.PruneTranscripts(ctx, before, said.Bytes, pruneAtOnce)
	}), r.Transcripts.Shrink(ctx))
}

// entriesBefore returns the time before which entries are to go; zero if none are.
func (r *Retention) entriesBefore(ctx context.Context, keep Kept, now time.Time) (before time.Time, err error) {
	if keep.For > 0 {
		before = now.Add(-keep.For)
	}
	if keep.Bytes > 0 {
		excess, err := r.Ledger.Excess(ctx, keep.Bytes, now)
		if err != nil {
			return time.Time{}, err
		}
		if newest := now.Add(-alwaysKept); excess.After(newest) {
			r.Log.Warn("the store is larger than ledger.max_size_mb allows, with the calls of the last hour alone; they stay", "bytes", keep.Bytes)
			excess = newest
		}
		before = later(before, excess)
	}
	if before.IsZero() {
		return before, nil
	}
	newest, err := r.Ledger.Page(ctx, Filter{}, Place{}, 1)
	if err != nil || len(newest) == 0 {
		return before, err
	}
	if newest[0].Time.Before(before) {
		// Nothing would be left. A clock that is years ahead must not do that.
		r.Log.Warn("every entry of the ledger is older than entries are kept; they stay", "newest", newest[0].Time, "now", now)
		return time.Time{}, nil
	}
	return before, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// inBatches removes until a batch is not full, or there is no more time; others write
// between two batches.
func inBatches(ctx context.Context, remove func() (int, error)) error {
	began := time.Now()
	for removed := pruneAtOnce; removed >= pruneAtOnce && time.Since(began) < pruneFor; {
		var err error
		if removed, err = remove(); err != nil {
			return err
		}
		select {
		case <-time.After(prunePause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
