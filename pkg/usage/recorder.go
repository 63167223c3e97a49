package usage

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// Options are what a [Recorder] is made of. All but Strict are needed.
type Options struct {
	Node      string
	Publisher Publisher
	Spool     *Spool // the recorder's from now on
	// Strict has Full say when calls should be refused rather than go uncounted.
	Strict bool
	// Farewell is how long a recorder that has been told to stop still tries to
	// publish what lies on disk, where nobody may come back for it.
	Farewell time.Duration
	Metrics  *telemetry.Metrics
	Log      *slog.Logger
}

// Recorder takes the records of finished calls to the ledger's end. Put and Full
// are safe for concurrent use; Run does the work, in one goroutine.
//
// A record waits in memory for at most about 200 ms; what waits there dies with
// the process. From then on it has been published or lies on disk. When neither
// is possible it waits in memory on, as long as there is room.
type Recorder struct {
	o     Options
	queue *telemetry.Queue
	full  atomic.Bool
	stuck atomic.Bool  // the last batch could neither be published nor kept
	lost  atomic.Int64 // records

	taken []telemetry.Record // off the queue, not yet in a batch
	batch []byte             // in hand: to be published or kept on disk next
	held  int                // how many records are in it; 0 for none
	id    string             // of the batch
	entry Entry              // being encoded

	run  string // sets this process's batches apart from those of an earlier one
	seq  uint64
	away away

	damaged int64 // bytes of the spool, as last reported
}

const (
	// maxWaiting is what a fast node answers while one batch times out.
	maxWaiting = 1 << 16
	// A batch leaves when enough records wait, or after a while. It may have more
	// of them when the publisher is slow, up to maxBatchBytes.
	enough        = 100
	publishEvery  = 200 * time.Millisecond
	maxBatchBytes = 256 << 10

	publishTimeout = time.Second
)

// NewRecorder returns a recorder. Nothing is published unless Run is running.
func NewRecorder(o Options) *Recorder {
	return &Recorder{
		o:     o,
		queue: telemetry.NewQueue(maxWaiting, enough),
		run:   strconv.FormatUint(rand.Uint64(), 36),
	}
}

// Put hands a record over. It never waits; when too many records wait, which
// takes a full spool, the record is lost and counted.
func (r *Recorder) Put(rec *telemetry.Record) {
	if !r.queue.Put(rec) {
		r.lose(1)
	}
}

func (r *Recorder) lose(records int) {
	r.lost.Add(int64(records))
	r.o.Metrics.UsageLost.Add(float64(records))
}

// Backlog is what has not come to the ledger's end.
type Backlog struct {
	Spooled int64 // bytes that lie on disk
	Stuck   bool  // records can neither be published nor kept on disk: they wait in memory
	Lost    int64 // records, since the process began
}

// Backlog returns what has not come to the ledger's end.
func (r *Recorder) Backlog() Backlog {
	return Backlog{Spooled: r.o.Spool.Size(), Stuck: r.stuck.Load(), Lost: r.lost.Load()}
}

// Full says that a strict gateway should take no more calls, since their records
// could be lost. It does so while there is still room for those of the calls
// under way.
func (r *Recorder) Full() bool { return r.full.Load() }

// Run publishes records until ctx ends, then what is left, or leaves it in the
// spool for the next start.
func (r *Recorder) Run(ctx context.Context) {
	ticker := time.NewTicker(publishEvery)
	defer ticker.Stop()
	for ctx.Err() == nil {
		select {
		case <-r.queue.Ready():
		case <-ticker.C:
		case <-ctx.Done():
		}
		r.step(context.WithoutCancel(ctx))
	}
	r.step(context.WithoutCancel(ctx)) // what came while the last was published
	for until := time.Now().Add(r.o.Farewell); r.o.Spool.Size() > 0 && time.Now().Before(until); {
		<-ticker.C
		r.step(context.WithoutCancel(ctx))
	}
	if lost := r.held + len(r.taken) + len(r.queue.Take()); lost > 0 {
		r.lose(lost)
		r.o.Log.Error("usage records are lost", "records", lost)
	}
	r.logDisk(r.o.Spool.Close())
}

// step publishes what waits, and then what lies on disk for a while.
func (r *Recorder) step(ctx context.Context) {
	if len(r.taken) == 0 {
		r.taken = r.queue.Take()
	}
	for r.held > 0 || len(r.taken) > 0 {
		if r.held == 0 {
			r.encode()
		}
		sent := r.send(ctx)
		r.stuck.Store(!sent)
		if !sent {
			break
		}
		r.held = 0
	}
	r.replay(ctx)
	r.logDisk(r.o.Spool.Sync())
	r.account()
}

// encode makes a batch of the first records.
func (r *Recorder) encode() {
	r.batch = beginBatch(r.batch[:0], r.o.Node)
	n := 0
	for n < len(r.taken) && len(r.batch) < maxBatchBytes {
		r.entry = entryOf(&r.taken[n], r.o.Node)
		r.batch = appendEntry(r.batch, &r.entry)
		n++
	}
	r.taken, r.held = r.taken[n:], n
	r.seq++
	r.id = fmt.Sprintf("%s.%s.%d", r.o.Node, r.run, r.seq)
}

// send publishes the batch in hand, or else keeps it on disk.
func (r *Recorder) send(ctx context.Context) bool {
	if r.away.tryNow() && r.publish(ctx, r.id, r.batch) == nil {
		r.o.Metrics.UsageBatches.WithLabelValues("published").Inc()
		return true
	}
	if err := r.o.Spool.Append(r.id, r.batch); err != nil {
		if !r.stuck.Load() {
			r.o.Log.Error("usage records can neither be published nor kept on disk", "err", err)
		}
		return false
	}
	r.o.Metrics.UsageBatches.WithLabelValues("spooled").Inc()
	return true
}

// replayFor bounds how long records wait in memory while the spool is replayed.
const replayFor = publishEvery / 2

func (r *Recorder) replay(ctx context.Context) {
	for began := time.Now(); r.away.tryNow() && time.Since(began) < replayFor; {
		id, batch, ok, err := r.o.Spool.Next()
		if err != nil {
			r.logDisk(err)
			return
		}
		if !ok || r.publish(ctx, id, batch) != nil {
			return
		}
		r.o.Metrics.UsageBatches.WithLabelValues("replayed").Inc()
		if err := r.o.Spool.Done(); err != nil {
			r.logDisk(err)
			return
		}
	}
}

func (r *Recorder) publish(ctx context.Context, id string, batch []byte) error {
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	err := r.o.Publisher.Publish(ctx, id, batch)
	switch {
	case err != nil && r.away.failed():
		r.o.Log.Warn("usage records are kept on disk until they can be published", "err", err)
	case err == nil && r.away.succeeded():
		r.o.Log.Info("usage records are published again", "bytes_on_disk", r.o.Spool.Size())
	}
	return err
}

// account tells the state of the spool. A strict gateway keeps a sixteenth of it
// for the calls under way when it begins to refuse.
func (r *Recorder) account() {
	size := r.o.Spool.Size()
	r.o.Metrics.UsageSpoolBytes.Set(float64(size))
	if damaged := r.o.Spool.Damaged(); damaged > r.damaged {
		r.o.Log.Error("usage records on disk are damaged and passed over", "bytes", damaged-r.damaged)
		r.damaged = damaged
	}
	r.full.Store(r.o.Strict && (r.stuck.Load() || size > r.o.Spool.max/16*15))
}

func (r *Recorder) logDisk(err error) {
	if err != nil {
		r.o.Log.Error("the usage spool fails", "err", err)
	}
}
