package command

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// storeURL returns where the store is: as given, or else in the data folder.
func storeURL(given, dataDir string) string {
	if given != "" {
		return given
	}
	return "sqlite:" + filepath.Join(dataDir, "asbru.db")
}

// storeRetry is how long to wait before a store that is away is tried again.
const storeRetry = time.Second

// pruneTurnFor is how long a control may take to remove what is old while others wait.
const pruneTurnFor = time.Minute

// keepLedger writes what calls have used into the store until ctx ends, and removes what
// is old. A store that is away is waited for; what is to be written stays in its stream
// meanwhile. Beside that, restore has counts that were lost go on from the ledger; it is
// nil where none are.
func (d *desk) keepLedger(ctx context.Context, url string, restore func(context.Context, store.Ledger), m *telemetry.Metrics) {
	for told := false; ; told = true {
		s, err := store.Open(ctx, url)
		if err == nil {
			d.store.Store(s)
			if err := d.control.FlushAudit(ctx); err != nil {
				d.log.Error("entries of the audit wait on", "error", err)
			}
			w := usage.Writer{Source: usage.NewJetStream(d.conn), Ledger: s.Ledger(), Metrics: m, Log: d.log}
			r := store.Retention{
				Ledger: s.Ledger(), Transcripts: s.Transcripts(), Keep: d.kept, Turn: d.pruneTurn,
				Removed: m.LedgerRemoved, Log: d.log,
			}
			said := transcript.Writer{
				Source: usage.NewLane(d.conn, bus.TranscriptBatch, bus.TranscriptLog), Store: s.Transcripts(), Metrics: m, Log: d.log,
			}
			d.alerts.Opened(s.Alerts())
			var beside sync.WaitGroup
			beside.Go(func() { r.Run(ctx) })
			beside.Go(func() { said.Run(ctx) })
			if restore != nil {
				beside.Go(func() { restore(ctx, s.Ledger()) })
			}
			w.Run(ctx)
			beside.Wait()
			d.store.Store(nil)
			if err := s.Close(); err != nil {
				d.log.Warn("the store was not closed well", "error", err)
			}
			return
		}
		if !told {
			d.log.Error("the store cannot be opened; trying on", "error", err)
		}
		select {
		case <-time.After(storeRetry):
		case <-ctx.Done():
			return
		}
	}
}

// kept is what the configuration has kept of the ledger's entries, and of what was said in
// calls.
func (d *desk) kept(ctx context.Context) (entries, said store.Kept, err error) {
	cfg, err := d.control.NewestConfig(ctx)
	if err != nil {
		return store.Kept{}, store.Kept{}, err
	}
	entries = store.Kept{For: cfg.Ledger.Retention(), Bytes: cfg.Ledger.MaxBytes()}
	return entries, store.Kept{For: cfg.BodyRetention(), Bytes: cfg.Logs.MaxBytes()}, nil
}

func (d *desk) pruneTurn(ctx context.Context) (done func(), mine bool, err error) {
	return bus.Lease(ctx, d.conn, "prune", pruneTurnFor)
}
