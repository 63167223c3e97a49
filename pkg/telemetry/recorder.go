package telemetry

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Recorder writes records as log lines, off the hot path. Put is safe for
// concurrent use; nothing is written unless Run is running.
type Recorder struct {
	out   io.Writer
	line  func(dst []byte, r *Record) []byte
	lost  prometheus.Counter
	on    atomic.Bool
	queue *Queue
}

const (
	// maxWaiting is more than a node can answer in one interval.
	maxWaiting = 16384
	// writeEvery is how late a line can be.
	writeEvery = 100 * time.Millisecond
)

// NewRecorder returns a recorder that is switched on and writes to out, each
// line in a format of [AppendJSON] or [AppendText].
func NewRecorder(out io.Writer, line func([]byte, *Record) []byte, m *Metrics) *Recorder {
	r := &Recorder{out: out, line: line, lost: m.RecordsLost, queue: NewQueue(maxWaiting, 0)}
	r.on.Store(true)
	return r
}

// Enable switches the log lines on or off.
func (r *Recorder) Enable(on bool) { r.on.Store(on) }

// Enabled says whether records are wanted.
func (r *Recorder) Enabled() bool { return r.on.Load() }

// Put hands a record over, or drops and counts it when too many wait.
func (r *Recorder) Put(rec *Record) {
	if !r.queue.Put(rec) {
		r.lost.Inc()
	}
}

// Run writes records until ctx ends, then what is left.
func (r *Recorder) Run(ctx context.Context) {
	ticker := time.NewTicker(writeEvery)
	defer ticker.Stop()
	var buf []byte
	for ctx.Err() == nil {
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
		buf = r.write(buf[:0])
	}
	r.write(buf[:0]) // what came while the last was written
}

// write writes what waits, a few dozen lines at a time.
func (r *Recorder) write(buf []byte) []byte {
	batch := r.queue.Take()
	for i := range batch {
		buf = r.line(buf, &batch[i])
		if len(buf) > writeBytes || i == len(batch)-1 {
			if _, err := r.out.Write(buf); err != nil {
				r.lost.Add(1)
			}
			buf = buf[:0]
		}
	}
	return buf
}

// writeBytes is about how much goes out in one write.
const writeBytes = 16 << 10
