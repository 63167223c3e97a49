package transcript

import (
	"context"
	"log/slog"
	"time"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// Writer takes batches from a source and puts them into the store. A batch is acknowledged
// when it has been committed; while the store is away, batches stay with the source, which
// takes no more when it has enough.
type Writer struct {
	Source  usage.Source
	Store   Store
	Metrics *telemetry.Metrics
	Log     *slog.Logger

	away bool // the source or the store was when last asked
}

const (
	// putTimeout bounds a transaction; the source delivers again after half a minute.
	putTimeout = 20 * time.Second
	retryAfter = time.Second
	// putPause lets those who count money write between two transactions.
	putPause = 5 * time.Millisecond
)

// Run works until ctx ends.
func (w *Writer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		deliveries, err := w.Source.Fetch(ctx, 1)
		if ctx.Err() != nil {
			return
		}
		for _, d := range deliveries {
			err = w.take(ctx, d)
		}
		switch {
		case err == nil:
			w.away = false
			pause(ctx, putPause)
			continue
		case !w.away:
			w.Log.Warn("what was said in calls does not come into the log for now", "error", err)
		}
		w.away = true
		pause(ctx, retryAfter)
	}
}

func (w *Writer) take(ctx context.Context, d usage.Delivery) error {
	all, err := Decode(d.Data())
	if err != nil {
		w.Metrics.Transcripts.WithLabelValues("unreadable").Inc()
		w.Log.Error("a batch of what was said in calls is refused", "error", err)
		return d.Term()
	}
	ctx, cancel := context.WithTimeout(ctx, putTimeout)
	defer cancel()
	if err := w.Store.PutTranscripts(ctx, all); err != nil {
		_ = d.Nak(retryAfter) // else it comes again a little later
		return err
	}
	w.Metrics.Transcripts.WithLabelValues("stored").Add(float64(len(all)))
	return d.Ack()
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
