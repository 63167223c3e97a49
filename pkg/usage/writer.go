package usage

import (
	"context"
	"log/slog"
	"time"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// Source yields the batches that publishers were given, each at least once.
type Source interface {
	// Fetch waits for a batch and returns those that are there, at most max. It
	// fails when ctx ends, and when the source cannot be reached.
	Fetch(ctx context.Context, max int) ([]Delivery, error)
}

// Delivery is a batch that is delivered again until it is acknowledged.
type Delivery interface {
	Data() []byte
	// Ack: it is in the ledger. That may fail, and the batch come again.
	Ack() error
	// Nak: it is not; deliver it again after a while.
	Nak(after time.Duration) error
	// Term: it never will be; put it aside where someone can look at it.
	Term() error
}

// Writer takes batches from a source and puts them into the ledger. A batch is
// acknowledged only when it has been committed. While the ledger is away the
// batches stay with the source.
type Writer struct {
	Source  Source
	Ledger  Ledger
	Metrics *telemetry.Metrics
	Log     *slog.Logger

	source, ledger away
}

const (
	// fetchAtOnce bounds the batches of one transaction: about 5,000 entries.
	fetchAtOnce = 50
	// putTimeout bounds a transaction. A ledger from which no word comes back is away,
	// and the source delivers again what it held, half a minute after it was fetched.
	putTimeout = 20 * time.Second
)

// Run works until ctx ends.
func (w *Writer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		deliveries, err := w.Source.Fetch(ctx, fetchAtOnce)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			if w.source.failed() {
				w.Log.Warn("usage batches cannot be fetched", "err", err)
			}
			pause(ctx, w.source.pause)
			continue
		}
		w.source.succeeded()
		if !w.write(ctx, deliveries) {
			pause(ctx, w.ledger.pause)
		}
	}
}

// write puts deliveries into the ledger and says whether the ledger took them.
func (w *Writer) write(ctx context.Context, deliveries []Delivery) bool {
	var entries []Entry
	good := deliveries[:0]
	for _, d := range deliveries {
		decoded, err := Decode(d.Data())
		if err != nil {
			w.Metrics.LedgerRefused.Inc()
			w.Log.Error("a usage batch is refused", "err", err)
			w.note(d.Term())
			continue
		}
		entries = append(entries, decoded...)
		good = append(good, d)
	}
	if len(entries) == 0 {
		w.ackAll(good)
		return true
	}
	if err := w.put(ctx, entries); err != nil {
		if w.ledger.failed() {
			w.Log.Error("the ledger takes no entries", "err", err)
		}
		for _, d := range good {
			w.note(d.Nak(w.ledger.pause))
		}
		return false
	}
	if w.ledger.succeeded() {
		w.Log.Info("the ledger takes entries again")
	}
	w.Metrics.LedgerEntries.Add(float64(len(entries)))
	w.ackAll(good)
	return true
}

func (w *Writer) put(ctx context.Context, entries []Entry) error {
	ctx, cancel := context.WithTimeout(ctx, putTimeout)
	defer cancel()
	return w.Ledger.Put(ctx, entries)
}

func (w *Writer) ackAll(deliveries []Delivery) {
	for _, d := range deliveries {
		w.note(d.Ack())
	}
}

// note logs that the source could not be answered: then it delivers again, which
// does no harm.
func (w *Writer) note(err error) {
	if err != nil {
		w.Log.Debug("a usage batch will come again", "err", err)
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
