package store

import (
	"context"
	"fmt"
	"time"
)

const (
	// sliceOfPages is how many pages of 4 KiB are given back while nobody else writes, and
	// shrinkFor how long that goes on at once.
	sliceOfPages = 500
	shrinkFor    = 5 * time.Second
	// keptPages stay for what comes next.
	keptPages = 5000
)

// Shrink implements [Transcripts]. PostgreSQL's days give back all they had when they are
// dropped. SQLite gives back what is behind a file's end; files of versions up to 0.1 cannot
// be made shorter, and use again what is free.
func (s transcripts) Shrink(ctx context.Context) error {
	if s.isPostgres() {
		return nil
	}
	var mode int
	if err := s.write.QueryRowContext(ctx, "pragma auto_vacuum").Scan(&mode); err != nil || mode != 2 {
		return err
	}
	for began := time.Now(); time.Since(began) < shrinkFor; {
		var free int
		if err := s.write.QueryRowContext(ctx, "pragma freelist_count").Scan(&free); err != nil || free <= keptPages {
			return err
		}
		if _, err := s.write.DB.ExecContext(ctx, fmt.Sprintf("pragma incremental_vacuum(%d)", min(sliceOfPages, free-keptPages))); err != nil {
			return fmt.Errorf("shrink the store: %w", err)
		}
		select {
		case <-time.After(prunePause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
