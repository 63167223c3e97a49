package command

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	"github.com/asbru-gateway/asbru/pkg/store"
)

const (
	recallTimes = 2
	// recallAgain is when the ledger has the last that was told before the start.
	recallAgain = 5 * time.Second
	recallRetry = time.Second
)

// recalling gives a process that counts for itself, or its Redis, the counts back that
// were lost.
func (d *desk) recalling(c *counts, began time.Time) func(context.Context, store.Ledger) {
	here, ok := c.reader.(*memory.Limiter)
	if !ok {
		return d.restoring(c.redis)
	}
	return func(ctx context.Context, ledger store.Ledger) { d.recallCounts(ctx, ledger, here, began) }
}

// recallCounts has counts that were lost with the process before go on from what the
// ledger knows of its calls: those that began before this process did, which counts its
// own. In a window they count as used now, so that they leave rather late than early.
func (d *desk) recallCounts(ctx context.Context, ledger store.Ledger, here *memory.Limiter, began time.Time) {
	known := map[string]int64{} // by the limit's id
	for done := 0; done < recallTimes; {
		again := recallAgain
		if err := d.recall(ctx, ledger, here, began, known); err == nil {
			done++
		} else {
			if ctx.Err() == nil {
				d.log.Warn("what was used of limits before the start cannot be found out; trying on", "error", err)
			}
			again = recallRetry
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(again):
		}
	}
}

// recall counts what the ledger knows beyond what it has told.
func (d *desk) recall(ctx context.Context, ledger store.Ledger, here *memory.Limiter, began time.Time, known map[string]int64) error {
	levels, err := d.levels(ctx)
	if err != nil {
		return err
	}
	used, err := usedOf(ctx, ledger, levels, time.Now(), began)
	if err != nil {
		return err
	}
	for _, u := range used {
		if more := u.Amount - known[u.Limit.ID]; more > 0 {
			here.Add(u.Limit, more)
			known[u.Limit.ID] = u.Amount
		}
	}
	return nil
}
