package store

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Retention removes the ledger's entries that are old enough, and keeps its sums in order.
// Of several processes over one database, one does so at a time.
type Retention struct {
	Ledger Ledger
	// Keep returns how long entries are kept, 0 for ever.
	Keep func(ctx context.Context) (time.Duration, error)
	// Transcripts are what was said in calls, and KeepSaid how long that is kept, 0 for as
	// long as the calls' entries, and how many bytes of it, 0 for any number.
	Transcripts Transcripts
	KeepSaid    func(ctx context.Context) (keep time.Duration, maxBytes int64, err error)
	// Turn reports whether it is this process's turn, which ends with done or after a
	// minute.
	Turn    func(ctx context.Context) (done func(), mine bool, err error)
	Removed prometheus.Counter
	Log     *slog.Logger
}

const (
	pruneEvery  = time.Minute
	pruneAtOnce = 1000
	// prunePause lets others write between two batches, and pruneFor ends a turn well
	// before it is over.
	prunePause = 20 * time.Millisecond
	pruneFor   = 20 * time.Second
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
			r.Log.Warn("old entries stay in the ledger for now", "error", err)
		}
		if err := r.PruneSaid(ctx); err != nil && ctx.Err() == nil {
			r.Log.Warn("what was said in old calls stays in the log for now", "error", err)
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

// Prune removes the entries that are old enough, or as many as there is time for.
func (r *Retention) Prune(ctx context.Context) error {
	keep, err := r.Keep(ctx)
	if err != nil || keep == 0 {
		return err
	}
	done, mine, err := r.Turn(ctx)
	if err != nil || !mine {
		return err
	}
	defer done()
	now := time.Now()
	before := now.Add(-keep)
	newest, err := r.Ledger.Page(ctx, Filter{}, Place{}, 1)
	if err != nil || len(newest) == 0 {
		return err
	}
	if newest[0].Time.Before(before) {
		// Nothing would be left. A clock that is years ahead must not do that.
		r.Log.Warn("every entry of the ledger is older than entries are kept; they stay", "newest", newest[0].Time, "now", now)
		return nil
	}
	for removed := pruneAtOnce; removed >= pruneAtOnce && time.Since(now) < pruneFor; {
		if removed, err = r.Ledger.Prune(ctx, before, pruneAtOnce); err != nil {
			return err
		}
		r.Removed.Add(float64(removed))
		select {
		case <-time.After(prunePause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// PruneSaid removes what was said in calls that are old enough, and in as many more of the
// oldest as it is too much, or as many as there is time for.
func (r *Retention) PruneSaid(ctx context.Context) error {
	keep, maxBytes, err := r.KeepSaid(ctx)
	if err != nil {
		return err
	}
	rows, err := r.Keep(ctx)
	if err != nil {
		return err
	}
	if keep == 0 || rows > 0 && rows < keep {
		keep = rows
	}
	done, mine, err := r.Turn(ctx)
	if err != nil || !mine {
		return err
	}
	defer done()
	now := time.Now()
	var before time.Time
	if keep > 0 {
		before = now.Add(-keep)
	}
	for removed := pruneAtOnce; removed >= pruneAtOnce && time.Since(now) < pruneFor; {
		if removed, err = r.Transcripts.PruneTranscripts(ctx, before, maxBytes, pruneAtOnce); err != nil {
			return err
		}
		select {
		case <-time.After(prunePause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return r.Transcripts.Shrink(ctx)
}
