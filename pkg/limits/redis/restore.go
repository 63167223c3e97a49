package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// Restorer gives Redis its counts back from the ledger when it has lost its data.
// That it has is seen by a mark that is gone; until it is there again, nodes go by
// their shares ([mark]). Several may run: one does the work,
// and no harm is done where two do, since counts are only ever raised to what the
// ledger knows. It is done twice, for the calls whose entries come late.
type Restorer struct {
	Redis *redis.Client
	// Used tells what the ledger knows to be used of each limit that is used at all.
	// Of calls at once it knows nothing.
	Used func(context.Context) ([]Used, error)
	Log  *slog.Logger

	gone time.Time // when the mark was first missed
}

// Used is how much of a limit is used.
type Used struct {
	Limit  *limits.Limit
	Amount int64
}

const (
	restoreEvery  = 250 * time.Millisecond
	restoreTimes  = 2
	restoreAgain  = 5 * time.Second // by then the ledger has the last entries, or may be back
	restoreWithin = time.Minute
	restoreBatch  = 64 // in one round trip
	// restoreAfter is how long nodes and the ledger may take to tell what has passed
	// of late. What Redis is told later than the ledger would be counted twice.
	restoreAfter = 2 * time.Second
)

const (
	restoringKey = "asbru:limits:{restored}:by"
	restoredKey  = "asbru:limits:{restored}:times"
)

// Run looks after the counts until ctx ends.
func (r *Restorer) Run(ctx context.Context) {
	name := strconv.FormatUint(rand.Uint64(), 36)
	tick := time.NewTicker(restoreEvery)
	defer tick.Stop()
	told := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if !r.Redis.Up() {
			continue
		}
		err := r.look(ctx, name)
		if err != nil && !told && ctx.Err() == nil {
			r.Log.Warn("counts that redis may have lost cannot be restored; trying on", "error", err)
		}
		told = err != nil
	}
}

// look restores the counts if that is due and nobody does it.
func (r *Restorer) look(ctx context.Context, name string) error {
	times, err := r.Redis.Raw().Get(ctx, restoredKey).Int64()
	if err != nil && !errors.Is(err, goredis.Nil) {
		return fmt.Errorf("look for the counts' mark: %w", err)
	}
	if times >= restoreTimes {
		return nil
	}
	if times > 0 {
		r.gone = time.Time{}
	} else if r.gone.IsZero() {
		r.gone = time.Now()
	}
	if times == 0 && time.Since(r.gone) < restoreAfter {
		return nil
	}
	err = r.Redis.Raw().SetArgs(ctx, restoringKey, name, goredis.SetArgs{Mode: "NX", TTL: restoreWithin}).Err()
	if errors.Is(err, goredis.Nil) {
		return nil // another does it, or has just done it
	}
	if err != nil {
		return fmt.Errorf("begin to restore counts: %w", err)
	}
	bounded, cancel := context.WithTimeout(ctx, restoreWithin)
	defer cancel()
	if err := r.restore(bounded, name); err != nil {
		// Whoever tries next does not do so at once: the ledger may be busy.
		r.Redis.Raw().PExpire(context.WithoutCancel(ctx), restoringKey, restoreAgain)
		return err
	}
	return nil
}

func (r *Restorer) restore(ctx context.Context, name string) error {
	used, err := r.Used(ctx)
	if err != nil {
		return fmt.Errorf("ask the ledger what is used: %w", err)
	}
	raised := 0
	for len(used) > 0 {
		some := used[:min(restoreBatch, len(used))]
		used = used[len(some):]
		n, err := r.raise(ctx, some)
		if err != nil {
			return fmt.Errorf("restore counts: %w", err)
		}
		raised += n
	}
	if _, err := r.Redis.Run(ctx, restoredScript, []string{restoringKey, restoredKey}, name, restoreAgain.Milliseconds()); err != nil {
		return fmt.Errorf("mark the counts as restored: %w", err)
	}
	if raised > 0 {
		r.Log.Warn("redis had lost counts; they are restored from the ledger", "limits", raised)
	}
	return nil
}

// raise raises counts that are below what is used, and returns how many were.
func (r *Restorer) raise(ctx context.Context, used []Used) (int, error) {
	var calls []redis.Call
	for _, u := range used {
		if u.Limit.Shape() == limits.InUse {
			continue
		}
		calls = append(calls, redis.Call{
			Script: raiseScript, Keys: []string{countKey(u.Limit)},
			Args: []any{"", shapeOf(u.Limit), lengthOf(u.Limit), min(u.Amount, limits.MostMax)},
		})
	}
	r.Redis.RunAll(ctx, calls)
	raised := 0
	for i := range calls {
		if calls[i].Err != nil {
			return raised, calls[i].Err
		}
		if by, _ := calls[i].Reply.(int64); by > 0 {
			raised++
		}
	}
	return raised, nil
}
