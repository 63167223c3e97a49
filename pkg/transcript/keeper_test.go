package transcript

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.DiscardHandler)

// publisher takes batches, unless it is closed.
type publisher func(batch []byte) error

func (p publisher) Publish(_ context.Context, _ string, batch []byte) error { return p(batch) }

func heard(id, text string) Heard {
	rules := &Rules{Which: All, MaxBytes: 1 << 10}
	return Heard{CallID: id, Time: time.Now(), Rules: rules, Request: PieceOf(rules, []byte(text), "")}
}

func outcome(m *telemetry.Metrics, name string) float64 {
	return testutil.ToFloat64(m.Transcripts.WithLabelValues(name))
}

func TestAllThatIsHeardComesIntoTheStore(t *testing.T) {
	cluster := bustest.Start(t)
	m := telemetry.NewMetrics("test")
	store := &shelf{fail: 2}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	w := Writer{Source: usage.NewLane(cluster.Connect(t, bus.Control, "c1"), bus.TranscriptBatch, bus.TranscriptLog), Store: store, Metrics: m, Log: quiet}
	running.Go(func() { w.Run(ctx) })
	k := NewKeeper(KeeperOptions{
		Node: "edge.1", Publisher: usage.NewLane(cluster.Connect(t, bus.Edge, "edge.1"), bus.TranscriptBatch, bus.TranscriptLog), Metrics: m, Log: quiet,
	})
	running.Go(func() { k.Run(ctx) })
	const calls = 1000
	for i := range calls {
		k.Put(heard(fmt.Sprint(i), fmt.Sprint("text ", i)))
	}
	require.Eventually(t, func() bool { return store.count() == calls }, time.Minute, 5*time.Millisecond)
	cancel()
	running.Wait()
	require.EqualValues(t, calls, outcome(m, "published"))
	require.Zero(t, outcome(m, "dropped"))
	require.Equal(t, "text 7", store.all["7"].Request.Text)
	require.Zero(t, k.heard.taken.Load())
}

// shelf is a store that fails a few times.
type shelf struct {
	mu   sync.Mutex
	fail int
	all  map[string]Transcript
}

func (s *shelf) PutTranscripts(_ context.Context, all []Transcript) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail--; s.fail >= 0 {
		return errors.New("away")
	}
	for _, t := range all {
		if s.all == nil {
			s.all = map[string]Transcript{}
		}
		s.all[t.CallID] = t
	}
	return nil
}

func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}

func TestWhatCannotBeToldIsDroppedAndCounted(t *testing.T) {
	m := telemetry.NewMetrics("test")
	k := NewKeeper(KeeperOptions{Node: "n", Publisher: publisher(func([]byte) error { return bus.ErrTooLarge }), Metrics: m, Log: quiet})
	for range 5 {
		k.Put(heard("1", "x"))
	}
	broken := heard("2", "x")
	broken.Stream, broken.Response.Type, broken.Response.Data = true, "text/event-stream", []byte("data: x\n\n") // without a codec that panics
	k.Put(broken)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	k.Run(ctx)
	require.GreaterOrEqual(t, outcome(m, "dropped"), 6.0)

	dropped := outcome(m, "dropped")
	large := heard("3", "")
	large.Request.Data = make([]byte, roomBytes/4)
	for range 6 {
		k.Put(large)
	}
	require.Equal(t, dropped+2, outcome(m, "dropped"), "four of them fill the room")
}

func TestABatchThatCannotBeReadIsPutAside(t *testing.T) {
	m := telemetry.NewMetrics("test")
	w := Writer{Store: &shelf{}, Metrics: m, Log: quiet}
	for _, data := range []string{"", "no batch", string(newPacker().pack([]byte(`{"id":1}`)))} {
		d := &delivery{data: []byte(data)}
		require.NoError(t, w.take(t.Context(), d))
		require.Equal(t, data != "", d.termed, "%q", data)
	}
	newer := newPacker().pack([]byte(`{"id":"c1","later":{"x":1},"request":{"text":"t","later":2}}` + "\n"))
	all, err := Decode(newer)
	require.NoError(t, err)
	require.Equal(t, "t", all[0].Request.Text)
}

type delivery struct {
	data   []byte
	termed bool
}

func (d *delivery) Data() []byte          { return d.data }
func (*delivery) Ack() error              { return nil }
func (*delivery) Nak(time.Duration) error { return nil }
func (d *delivery) Term() error           { d.termed = true; return nil }

func TestAStreamIsCollectedAsFarAsThereIsRoom(t *testing.T) {
	k := NewKeeper(KeeperOptions{Metrics: telemetry.NewMetrics("test"), Log: quiet})
	rules := &Rules{MaxBytes: 1 << 10}
	piece := make([]byte, 1000)
	s := k.Listen(rules)
	for range 100 {
		s.Add(piece)
	}
	p := s.Close("text/event-stream")
	require.EqualValues(t, 100_000, p.Size)
	require.InDelta(t, (1<<10+margin)*wireBytes, len(p.Data), 1000)
	require.Zero(t, k.streams.taken.Load())

	many := make([]*Stream, 2000)
	for i := range many {
		many[i] = k.Listen(rules)
		for range 30 {
			many[i].Add(piece)
		}
		require.LessOrEqual(t, k.streams.taken.Load(), int64(roomBytes))
	}
	require.Empty(t, many[1999].data)
	for _, s := range many {
		s.Close("")
		s.Close("")
	}
	require.Zero(t, k.streams.taken.Load())
}
