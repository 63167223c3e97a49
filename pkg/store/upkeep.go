package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Upkeep implements [Ledger].
func (l ledger) Upkeep(ctx context.Context, now time.Time) error {
	if _, err := l.write.NewDelete().Table(ofMinutes).Where("kind in (1, 2) and bucket < ?", now.Add(-minutesKept).UnixMicro()).Exec(ctx); err != nil {
		return fmt.Errorf("remove old sums by the minute: %w", err)
	}
	return errors.Join(l.makeDays(ctx, ledgerDays, now), l.makeDays(ctx, bodyDays, now))
}
