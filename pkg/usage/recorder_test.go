package usage

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errAway = errors.New("away")

// sink is a publisher that remembers the calls it was told of.
type sink struct {
	mu    sync.Mutex
	away  bool
	calls []string
	ids   map[string]bool
}

func (s *sink) Publish(_ context.Context, id string, batch []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return errAway
	}
	entries, err := Decode(batch)
	for _, e := range entries {
		s.calls = append(s.calls, e.CallID)
	}
	if s.ids == nil {
		s.ids = map[string]bool{}
	}
	s.ids[id] = true
	return err
}

func (s *sink) got() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.calls...)
}

func newRecorder(t *testing.T, p Publisher, spoolBytes int64, strict bool) *Recorder {
	spool, err := OpenSpool(t.TempDir(), spoolBytes)
	require.NoError(t, err)
	return NewRecorder(Options{
		Node: "edge-1", Publisher: p, Spool: spool, Strict: strict,
		Metrics: telemetry.NewMetrics("test"), Log: slog.New(slog.DiscardHandler),
	})
}

// put hands over a record for each number, and returns the calls' ids.
func put(r *Recorder, from, to int) (ids []string) {
	for i := from; i < to; i++ {
		rec := exampleRecord()
		id := strconv.Itoa(i)
		rec.CallID.Set(id)
		r.Put(&rec)
		ids = append(ids, id)
	}
	return ids
}

func run(t *testing.T, r *Recorder) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { r.Run(ctx); close(done) }()
	return func() { cancel(); <-done }
}

func TestRecordsArePublishedInOrder(t *testing.T) {
	var s sink
	r := newRecorder(t, &s, DefaultSpoolBytes, false)
	stop := run(t, r)
	ids := put(r, 0, 5000)
	require.Eventually(t, func() bool { return len(s.got()) == len(ids) }, time.Minute, time.Millisecond)
	ids = append(ids, put(r, 5000, 5003)...) // fewer than enough
	stop()
	require.Equal(t, ids, s.got())
	require.Zero(t, testutil.ToFloat64(r.o.Metrics.UsageLost))
}

func TestRecordsWaitOnDiskWhileThePublisherIsAway(t *testing.T) {
	s := sink{away: true}
	r := newRecorder(t, &s, DefaultSpoolBytes, true)
	stop := run(t, r)
	ids := put(r, 0, 1000)
	require.Eventually(t, func() bool { return r.o.Spool.Size() > 100*1000 }, time.Minute, time.Millisecond)
	require.Empty(t, s.got())
	require.False(t, r.Full())
	s.mu.Lock()
	s.away = false
	s.mu.Unlock()
	require.Eventually(t, func() bool { return r.o.Spool.Size() == 0 }, time.Minute, time.Millisecond)
	stop()
	require.ElementsMatch(t, ids, s.got())
	require.Zero(t, testutil.ToFloat64(r.o.Metrics.UsageLost))
}

func TestRecordsLeftOnDiskArePublishedByTheNextProcess(t *testing.T) {
	s := sink{away: true}
	r := newRecorder(t, &s, DefaultSpoolBytes, false)
	ids := put(r, 0, 250)
	run(t, r)() // it stops at once, with nothing published
	s.away = false
	spool, err := OpenSpool(r.o.Spool.dir, DefaultSpoolBytes)
	require.NoError(t, err)
	r.o.Spool = spool
	next := NewRecorder(r.o)
	ids = append(ids, put(next, 250, 260)...)
	run(t, next)()
	require.ElementsMatch(t, ids, s.got())
	require.Len(t, s.ids, 2, "batches of two processes must not have the same id")
}

func TestARecorderThatStopsWaitsAWhileForThePublisherToComeBack(t *testing.T) {
	p := &sink{away: true}
	r := newRecorder(t, p, 1<<20, false)
	r.o.Farewell = time.Minute
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() { r.Run(ctx); close(stopped) }()
	want := put(r, 0, 3)
	require.Eventually(t, func() bool { return r.Backlog().Spooled > 0 }, 10*time.Second, time.Millisecond)
	stop()
	p.mu.Lock()
	p.away = false
	p.mu.Unlock()
	<-stopped
	require.Equal(t, want, p.got())
	require.Zero(t, r.Backlog().Spooled)
}

func TestAStrictRecorderIsFullBeforeAnythingIsLost(t *testing.T) {
	s := sink{away: true}
	const room = 64 << 10
	r := newRecorder(t, &s, room, true)
	n := 0
	for !r.Full() {
		put(r, n, n+10)
		n += 10
		r.step(t.Context())
	}
	require.Greater(t, r.o.Spool.Size(), int64(room/16*15))
	require.LessOrEqual(t, r.o.Spool.Size(), int64(room))

	put(r, n, n+100) // the calls that were under way, and more than there is room for
	r.step(t.Context())
	require.True(t, r.Full())

	s.away, r.away = false, away{}
	r.step(t.Context())
	require.False(t, r.Full())
	require.Len(t, s.got(), n+100)
	require.Zero(t, testutil.ToFloat64(r.o.Metrics.UsageLost))
}

func TestWhatIsLostIsCounted(t *testing.T) {
	s := sink{away: true}
	r := newRecorder(t, &s, 0, false)
	put(r, 0, maxWaiting+7)
	require.EqualValues(t, 7, testutil.ToFloat64(r.o.Metrics.UsageLost))
	require.False(t, r.Full(), "only a strict one has calls refused")
	put(r, 0, 3)
	run(t, r)()
	require.EqualValues(t, maxWaiting+10, testutil.ToFloat64(r.o.Metrics.UsageLost))
}

func TestALocalPublisherPutsIntoTheLedger(t *testing.T) {
	var l ledger
	r := newRecorder(t, Local{&l}, DefaultSpoolBytes, false)
	put(r, 0, 3)
	run(t, r)()
	require.Len(t, l.entries, 3)
}

func BenchmarkRecorderPut(b *testing.B) {
	r := &Recorder{o: Options{Metrics: telemetry.NewMetrics("bench")}, queue: telemetry.NewQueue(maxWaiting, enough)}
	rec := exampleRecord()
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		r.Put(&rec)
		if n++; n == 1000 {
			r.queue.Take()
			n = 0
		}
	}
}

func BenchmarkSpoolAppend(b *testing.B) {
	s, err := OpenSpool(b.TempDir(), 1<<40)
	require.NoError(b, err)
	batch := make([]byte, 15_000) // a hundred records
	b.SetBytes(int64(len(batch)))
	for b.Loop() {
		if err := s.Append("edge-1.run.1", batch); err != nil {
			b.Fatal(err)
		}
	}
}
