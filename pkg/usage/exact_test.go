package usage

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// edgeModel is an edge, a stream of events and a ledger, each of which fails at times.
type edgeModel struct {
	t       *rapid.T
	dir     string
	metrics *telemetry.Metrics
	edge    *Recorder
	stream  [][]byte // published, not yet acknowledged
	ledger  ledger

	made, waiting  int // records, and those that only memory has
	cost, unsafely int64
}

// Publish implements Publisher: it takes the batch, or not, and may say the opposite of the former.
func (m *edgeModel) Publish(_ context.Context, _ string, batch []byte) error {
	switch rapid.IntRange(0, 3).Draw(m.t, "publish") {
	case 0:
		return errAway
	case 1:
		m.stream = append(m.stream, append([]byte(nil), batch...))
		return errAway
	}
	m.stream = append(m.stream, append([]byte(nil), batch...))
	return nil
}

func (m *edgeModel) start() {
	spool, err := OpenSpool(m.dir, DefaultSpoolBytes)
	require.NoError(m.t, err)
	m.edge = NewRecorder(Options{
		Node: "edge-1", Publisher: m, Spool: spool, Metrics: m.metrics, Log: slog.New(slog.DiscardHandler),
	})
}

func (m *edgeModel) record() {
	for range rapid.IntRange(1, 250).Draw(m.t, "records") {
		m.made++
		rec := exampleRecord()
		rec.CallID.Set(fmt.Sprint(m.made))
		rec.CostNano = int64(m.made)
		rec.Usage.Estimated = false
		m.edge.Put(&rec)
		m.waiting++
		m.unsafely += rec.CostNano
	}
}

// step has the recorder work once, as Run does each 200 ms.
func (m *edgeModel) step() {
	m.edge.away = away{}
	m.edge.step(context.Background())
	m.cost += m.unsafely
	m.waiting, m.unsafely = 0, 0
}

// crash loses what memory has, and leaves half a batch on disk.
func (m *edgeModel) crash() {
	m.made -= m.waiting
	m.waiting, m.unsafely = 0, 0
	files, err := filepath.Glob(filepath.Join(m.dir, "*"+segmentSuffix))
	require.NoError(m.t, err)
	if len(files) > 0 {
		half := appendFrame(nil, "half", []byte("a batch"))
		file, err := os.OpenFile(files[len(files)-1], os.O_WRONLY|os.O_APPEND, 0)
		require.NoError(m.t, err)
		_, err = file.Write(half[:rapid.IntRange(1, len(half)-1).Draw(m.t, "half")])
		require.NoError(m.t, err)
		require.NoError(m.t, file.Close())
	}
	m.start()
}

// Fetch implements Source: batches come in any order, and again as long as they
// are not acknowledged.
func (m *edgeModel) Fetch(_ context.Context, most int) ([]Delivery, error) {
	var out []Delivery
	for range min(most, rapid.IntRange(1, 5).Draw(m.t, "fetch")) {
		out = append(out, once{m, rapid.SampledFrom(m.stream).Draw(m.t, "batch")})
	}
	return out, nil
}

// once is a delivery whose acknowledgement is lost half of the time.
type once struct {
	of   *edgeModel
	data []byte
}

func (o once) Data() []byte            { return o.data }
func (o once) Nak(time.Duration) error { return nil }
func (o once) Term() error             { o.of.t.Fatal("every batch can be read"); return nil }
func (o once) Ack() error {
	if rapid.Bool().Draw(o.of.t, "ack lost") {
		return errAway
	}
	for i := range o.of.stream {
		if &o.of.stream[i][0] == &o.data[0] {
			o.of.stream = append(o.of.stream[:i], o.of.stream[i+1:]...)
			break
		}
	}
	return nil
}

func (m *edgeModel) write(w *Writer) {
	if len(m.stream) == 0 {
		return
	}
	deliveries, err := m.Fetch(context.Background(), fetchAtOnce)
	require.NoError(m.t, err)
	m.ledger.away = rapid.IntRange(0, 2).Draw(m.t, "ledger away") == 0
	require.Equal(m.t, !m.ledger.away, w.write(context.Background(), deliveries))
}

// What a crash may take is what was in memory alone; of all other records the
// ledger has each once, whatever failed on the way.
func TestTheLedgersSumIsThatOfTheRecords(t *testing.T) {
	folder := t.TempDir
	rapid.Check(t, func(t *rapid.T) {
		m := &edgeModel{t: t, dir: folder(), metrics: telemetry.NewMetrics("test")}
		m.start()
		w := &Writer{Source: m, Ledger: &m.ledger, Metrics: m.metrics, Log: slog.New(slog.DiscardHandler)}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			rapid.SampledFrom([]func(){m.record, m.record, m.step, m.crash, func() { m.write(w) }}).Draw(t, "step")()
		}
		m.step()
		for m.edge.o.Spool.Size() > 0 || len(m.stream) > 0 {
			m.step()
			m.write(w)
		}
		var sum int64
		for _, e := range m.ledger.entries {
			sum += e.CostNano
		}
		require.Equal(t, m.cost, sum)
		require.Zero(t, testutil.ToFloat64(m.metrics.UsageLost))
	})
}
