package store

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
)

// noise is a text that can hardly be compressed.
func noise(bytes int) string {
	text := make([]byte, bytes)
	for i := range text {
		text[i] = "abcdefghijklmnopqrstuvwxyz0123456789 "[rand.IntN(37)]
	}
	return string(text)
}

func saidAt(at time.Time, n int, text string) transcript.Transcript {
	return transcript.Transcript{CallID: fmt.Sprintf("%s%020x", idAt(at), n), Time: at, Request: transcript.Body{Text: text}}
}

func TestDaysOfWhatWasSaidAreMadeAheadAndDroppedWhole(t *testing.T) {
	s, err := Open(t.Context(), servers.Postgres(t).Database(t))
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	l, said := ledger{s}, s.Transcripts()
	today := time.Now().UTC().Truncate(24 * time.Hour)
	day := func(n int) time.Time { return today.AddDate(0, 0, n).Add(12 * time.Hour) }
	put := func(days ...int) {
		for i, n := range days {
			require.NoError(t, said.PutTranscripts(t.Context(), []transcript.Transcript{saidAt(day(n), i, "word")}))
		}
	}
	in := func(table string) (n int) {
		require.NoError(t, s.read.NewRaw("select count(*) from "+table).Scan(t.Context(), &n))
		return n
	}
	put(0, 1, 2, 2)
	require.Equal(t, 4, in("call_bodies_rest"), "there are no days yet")
	require.NoError(t, l.Upkeep(t.Context(), today))
	name := "call_bodies_" + today.AddDate(0, 0, 2).Format(dayForm)
	require.Equal(t, 2, in(name))
	put(0, 1, 2, 2, 3)
	require.Equal(t, 5, in("call_bodies"), "each is there once")
	n, err := said.PruneTranscripts(t.Context(), today.AddDate(0, 0, 3).Add(2*dayMargin), 0, 100)
	require.NoError(t, err)
	require.Equal(t, 4, n)
	days, err := l.days(t.Context(), bodyDays)
	require.NoError(t, err)
	require.NotContains(t, days, name)
	require.Equal(t, 1, in("call_bodies"))
}

func TestAnSQLiteFileGetsShorterAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s, err := Open(t.Context(), "sqlite:"+path)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	size := func() int64 {
		_, err := s.write.ExecContext(t.Context(), "pragma wal_checkpoint(truncate)")
		require.NoError(t, err)
		info, err := os.Stat(path)
		require.NoError(t, err)
		return info.Size()
	}
	now := time.Now()
	text := noise(64 << 10)
	for i := range 800 {
		require.NoError(t, s.Transcripts().PutTranscripts(t.Context(), []transcript.Transcript{saidAt(now.Add(-time.Duration(i)*time.Second), i, text)}))
	}
	full := size()
	require.Greater(t, full, int64(35<<20))
	n, err := s.Transcripts().PruneTranscripts(t.Context(), now.Add(time.Minute), 0, 1000)
	require.NoError(t, err)
	require.Equal(t, 800, n)
	for s.free(t) > keptPages {
		require.NoError(t, s.Transcripts().Shrink(t.Context()))
	}
	require.Less(t, size(), full/4*3)
}

func (s *Store) free(t *testing.T) (pages int) {
	require.NoError(t, s.write.QueryRowContext(t.Context(), "pragma freelist_count").Scan(&pages))
	return pages
}

func TestWhatWasSaidIsKeptAsLongAndAsMuchAsIsConfigured(t *testing.T) {
	s, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "a.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	const day = 24 * time.Hour
	var rows, keep time.Duration
	var maxBytes int64
	mine := true
	r := Retention{
		Ledger: s.Ledger(), Transcripts: s.Transcripts(), Log: slog.New(slog.DiscardHandler),
		Keep: func(context.Context) (entries, said Kept, err error) {
			return Kept{For: rows}, Kept{For: keep, Bytes: maxBytes}, nil
		},
		Removed: prometheus.NewCounter(prometheus.CounterOpts{Name: "removed"}),
		Turn:    func(context.Context) (func(), bool, error) { return func() {}, mine, nil },
	}
	now := time.Now()
	for i := range 100 {
		require.NoError(t, s.Transcripts().PutTranscripts(t.Context(), []transcript.Transcript{saidAt(now.Add(-time.Duration(i)*day), i, noise(1000))}))
	}
	left := func() (n int) {
		require.NoError(t, r.Prune(t.Context()))
		require.NoError(t, s.read.QueryRowContext(t.Context(), "select count(*) from call_bodies").Scan(&n))
		return n
	}
	require.Equal(t, 100, left(), "for ever")
	keep, rows = 0, 90*day+time.Hour
	require.Equal(t, 91, left(), "no longer than rows")
	keep = 80*day + time.Hour
	require.Equal(t, 81, left())
	mine, keep = false, day
	require.Equal(t, 81, left(), "it is another's turn")
	mine, keep, maxBytes = true, 0, 20_000
	require.InDelta(t, 22, left(), 8)
	var bytes int64
	require.NoError(t, s.read.QueryRowContext(t.Context(), "select sum(bytes) from call_bodies").Scan(&bytes))
	require.LessOrEqual(t, bytes, maxBytes)
}

func BenchmarkPutTranscripts(b *testing.B) {
	for name, url := range map[string]func() string{
		"SQLite":     func() string { return "sqlite:" + filepath.Join(b.TempDir(), "a.db") },
		"PostgreSQL": func() string { return servers.Postgres(b).Database(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s, err := Open(b.Context(), url())
			require.NoError(b, err)
			defer s.Close()
			at := time.Now()
			for b.Loop() {
				all := make([]transcript.Transcript, 50)
				for i := range all {
					at = at.Add(time.Millisecond)
					all[i] = saidAt(at, i, `{"messages":[{"role":"user","content":"`+prose(2000)+`"}]}`)
					all[i].Response.Text = `{"choices":[{"message":{"content":"` + prose(2000) + `"}}]}`
				}
				require.NoError(b, s.Transcripts().PutTranscripts(b.Context(), all))
			}
			b.ReportMetric(float64(b.N)*50/b.Elapsed().Seconds(), "calls/s")
		})
	}
}

// prose has words of a vocabulary of 20,000, of which few are said often.
func prose(bytes int) string {
	text := make([]byte, 0, bytes+16)
	for len(text) < bytes {
		text = fmt.Appendf(text, "w%d ", int(20_000*rand.Float64()*rand.Float64()*rand.Float64()))
	}
	return string(text)
}
