package telemetry

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/prometheus/client_golang/prometheus"
)

// Record is what is kept of a finished call: no body and no secret. It is a
// fixed-size value, so that recording allocates nothing; longer strings are cut.
type Record struct {
	Time      time.Time
	Took      time.Duration
	Op        api.Op
	Status    int
	Attempts  int
	Stream    bool
	Truncated bool // the stream broke off
	Billed    bool // a try failed in a way that the provider may charge for
	Usage     api.Usage
	RequestID Text
	Model     Text
	Code      Text // of the error, if it failed
	// These point into the configuration, which lives on while records do.
	Dialect, Provider, Key, VirtualKey string
}

// Text is a short string held by value.
type Text struct {
	n   uint8
	buf [63]byte
}

// Set keeps the first 63 bytes of s.
func (t *Text) Set(s string) { t.n = uint8(copy(t.buf[:], s)) }

// String returns the text.
func (t *Text) String() string { return string(t.buf[:t.n]) }

// Recorder takes records off the hot path and logs them. Put is safe for
// concurrent use; Run must be running for anything to be logged.
type Recorder struct {
	log  *slog.Logger
	ring chan Record
	lost prometheus.Counter
	on   atomic.Bool
}

// ringSize holds about a second of a busy node's calls.
const ringSize = 8192

// NewRecorder returns a recorder that logs to log, switched on.
func NewRecorder(log *slog.Logger, m *Metrics) *Recorder {
	r := &Recorder{log: log, ring: make(chan Record, ringSize), lost: m.RecordsLost}
	r.on.Store(true)
	return r
}

// Enable switches the log lines on or off.
func (r *Recorder) Enable(on bool) { r.on.Store(on) }

// Enabled says whether records are wanted.
func (r *Recorder) Enabled() bool { return r.on.Load() }

// Put hands a record over, or drops and counts it when the ring is full.
func (r *Recorder) Put(rec *Record) {
	if !r.on.Load() {
		return
	}
	select {
	case r.ring <- *rec:
	default:
		r.lost.Inc()
	}
}

// Run logs records until ctx ends, then what is left in the ring.
func (r *Recorder) Run(ctx context.Context) {
	for {
		select {
		case rec := <-r.ring:
			r.write(&rec)
		case <-ctx.Done():
			for {
				select {
				case rec := <-r.ring:
					r.write(&rec)
				default:
					return
				}
			}
		}
	}
}

func (r *Recorder) write(rec *Record) {
	attrs := make([]slog.Attr, 0, 16)
	attrs = append(attrs,
		slog.String("request_id", rec.RequestID.String()),
		slog.String("dialect", rec.Dialect),
		slog.String("operation", rec.Op.String()),
		slog.String("provider", rec.Provider),
		slog.String("model", rec.Model.String()),
		slog.String("key", rec.Key),
		slog.Int("status", rec.Status),
		slog.Float64("ms", float64(rec.Took.Microseconds())/1000),
		slog.Int64("input_tokens", rec.Usage.Input),
		slog.Int64("output_tokens", rec.Usage.Output),
		slog.Int("attempts", rec.Attempts),
	)
	if rec.VirtualKey != "" {
		attrs = append(attrs, slog.String("virtual_key", rec.VirtualKey))
	}
	if rec.Code.n > 0 {
		attrs = append(attrs, slog.String("code", rec.Code.String()))
	}
	for _, flag := range [...]struct {
		name string
		on   bool
	}{{"stream", rec.Stream}, {"truncated", rec.Truncated}, {"estimated", rec.Usage.Estimated}, {"possibly_billed", rec.Billed}} {
		if flag.on {
			attrs = append(attrs, slog.Bool(flag.name, true))
		}
	}
	r.log.LogAttrs(context.Background(), slog.LevelInfo, "call", attrs...)
}
