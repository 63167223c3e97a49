package usage

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
)

// ledger is a ledger in memory.
type ledger struct {
	mu      sync.Mutex
	away    bool
	entries map[string]Entry
}

func (l *ledger) Put(_ context.Context, entries []Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away {
		return errAway
	}
	if l.entries == nil {
		l.entries = map[string]Entry{}
	}
	for _, e := range entries {
		if old, ok := l.entries[e.CallID]; !ok || e.Certainty() > old.Certainty() {
			l.entries[e.CallID] = e
		}
	}
	return nil
}

// source delivers each batch until it is acknowledged, and sometimes once more.
type source struct {
	mu      sync.Mutex
	waiting []*delivery
	more    chan struct{}
	refused int
	open    int // not acknowledged
}

type delivery struct {
	of   *source
	data []byte
}

func newSource() *source { return &source{more: make(chan struct{}, 1)} }

func (s *source) add(batch []byte) {
	s.mu.Lock()
	s.open++
	s.mu.Unlock()
	s.again(&delivery{s, batch})
}

func (s *source) again(d *delivery) {
	s.mu.Lock()
	s.waiting = append(s.waiting, d)
	s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
}

func (s *source) Fetch(ctx context.Context, max int) ([]Delivery, error) {
	for {
		s.mu.Lock()
		n := min(max, len(s.waiting))
		var out []Delivery
		for _, d := range s.waiting[:n] {
			out = append(out, d)
		}
		s.waiting = s.waiting[n:]
		s.mu.Unlock()
		if n > 0 {
			return out, nil
		}
		select {
		case <-s.more:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s *source) unacknowledged() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

func (d *delivery) Data() []byte { return d.data }

func (d *delivery) Ack() error {
	d.of.mu.Lock()
	defer d.of.mu.Unlock()
	d.of.open--
	return nil
}

func (d *delivery) Nak(time.Duration) error {
	d.of.again(d)
	return nil
}

func (d *delivery) Term() error {
	d.of.mu.Lock()
	d.of.refused++
	d.of.mu.Unlock()
	return d.Ack()
}

func runWriter(t *testing.T, s Source, l Ledger) (w *Writer, stop func()) {
	w = &Writer{Source: s, Ledger: l, Metrics: telemetry.NewMetrics("test"), Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { w.Run(ctx); close(done) }()
	return w, func() { cancel(); <-done }
}

func TestBatchesStayWithTheSourceWhileTheLedgerIsAway(t *testing.T) {
	s, l := newSource(), &ledger{away: true}
	_, stop := runWriter(t, s, l)
	defer stop()
	for i := range 200 {
		s.add(encodeBatch("n", []Entry{{CallID: strconv.Itoa(i)}}))
	}
	require.Equal(t, 200, s.unacknowledged())
	l.mu.Lock()
	l.away = false
	l.mu.Unlock()
	require.Eventually(t, func() bool { return s.unacknowledged() == 0 }, 10*time.Second, time.Millisecond)
	require.Len(t, l.entries, 200)
}

// silent is a ledger whose first connection swallows everything.
type silent struct {
	ledger
	lost bool
}

func (s *silent) Put(ctx context.Context, entries []Entry) error {
	if !s.lost {
		s.lost = true
		<-ctx.Done()
		return ctx.Err()
	}
	return s.ledger.Put(ctx, entries)
}

func TestALedgerThatSaysNothingIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := newSource(), &silent{}
		_, stop := runWriter(t, s, l)
		s.add(encodeBatch("n", []Entry{{CallID: "1"}}))
		time.Sleep(time.Minute) // of the bubble's clock: none at all
		synctest.Wait()
		require.Zero(t, s.unacknowledged())
		require.Len(t, l.entries, 1)
		stop()
	})
}

func TestABatchThatCannotBeReadIsPutAsideAndHoldsUpNothing(t *testing.T) {
	s, l := newSource(), &ledger{}
	s.add([]byte("nonsense"))
	s.add(encodeBatch("n", []Entry{{CallID: "1"}}))
	s.add(beginBatch(nil, "n")) // empty
	w, stop := runWriter(t, s, l)
	require.Eventually(t, func() bool { return s.unacknowledged() == 0 }, 10*time.Second, time.Millisecond)
	stop()
	require.Equal(t, 1, s.refused)
	require.Len(t, l.entries, 1)
	require.EqualValues(t, 1, testutil.ToFloat64(w.Metrics.LedgerRefused))
}
