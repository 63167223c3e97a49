package sqlite

import (
	"context"
	"log/slog"
	"os"
	"time"
)

// SQLite moves what was written from the log (WAL) to the database by itself, but
// begins the log anew only at a moment when nobody reads. Under readers without a
// pause it would grow for ever, so it is cut when it has grown too long.
const (
	checkpointEvery = 10 * time.Second
	maxLogBytes     = 64 << 20
)

func (db *DB) checkpoint(ctx context.Context, log string) {
	ticker := time.NewTicker(checkpointEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		if info, err := os.Stat(log); err == nil && info.Size() > maxLogBytes {
			if err := db.cutLog(ctx); err != nil && ctx.Err() == nil {
				slog.Warn("the store's log cannot be cut", "err", err)
			}
		}
	}
}

// cutLog waits for readers that began before it, and holds up writers meanwhile.
func (db *DB) cutLog(ctx context.Context) error {
	_, err := db.Write.DB.ExecContext(ctx, "pragma wal_checkpoint(truncate)")
	return err
}
