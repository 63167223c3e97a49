package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/klauspost/compress/zstd"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// Transcripts keeps what was said in calls, and an index of its words. The texts are
// compressed, not sealed: who may read the database may read them. Safe for concurrent use.
type Transcripts interface {
	transcript.Store
	// Transcript returns what was said in a call, nil if that was not kept.
	Transcript(ctx context.Context, callID string) (*transcript.Transcript, error)
	// PruneTranscripts removes, at most limit at once, the oldest transcripts: those of calls of
	// before a time, and as many more as keep the rest within so many bytes; 0 is no bound.
	// It returns how many it has removed.
	PruneTranscripts(ctx context.Context, before time.Time, maxBytes int64, limit int) (int, error)
	// Shrink gives the disk back what was removed, for as much as takes a few seconds.
	Shrink(ctx context.Context) error
}

// Transcripts returns what was said in calls.
func (s *Store) Transcripts() Transcripts { return transcripts{s} }

// transcripts are those of an SQL database.
type transcripts struct{ *Store }

// idBits are the bits of an id behind the time. There is room for times until 2255.
const idBits = 10

// firstID is the first id that a transcript of a time may have.
func firstID(at time.Time) int64 { return firstIDOf(at.UnixMicro()) }

func firstIDOf(us int64) int64 { return min(max(us, 0), math.MaxInt64>>idBits) << idBits }

// idOf is the id of a transcript, which two of one microsecond seldom have in common.
func idOf(t *transcript.Transcript) int64 {
	h := fnv.New32a()
	h.Write([]byte(t.CallID))
	return firstID(t.Time) | int64(h.Sum32()&(1<<idBits-1))
}

// said is a transcript as it is written.
type said struct {
	id      int64
	callID  string
	content []byte
	words   []string
}

// content is what the content of a transcript is.
type content struct {
	Request  transcript.Body `json:"request"`
	Response transcript.Body `json:"response"`
}

// compressor and decompressor are shared: what they do all at once they do in parallel.
var (
	compressor = sync.OnceValue(func() *zstd.Encoder {
		w, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2)) // fails on wrong options alone
		return w
	})
	decompressor = sync.OnceValue(func() *zstd.Decoder {
		r, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(64<<20))
		return r
	})
)

func (s transcripts) PutTranscripts(ctx context.Context, all []transcript.Transcript) error {
	rows := make([]said, 0, len(all))
	for i := range all {
		t := &all[i]
		text, err := json.Marshal(content{t.Request, t.Response})
		if err != nil {
			return fmt.Errorf("write what was said in call %s: %w", t.CallID, err)
		}
		rows = append(rows, said{idOf(t), t.CallID, compressor().EncodeAll(text, nil), t.Words()})
	}
	// The index takes what comes in order better.
	slices.SortFunc(rows, func(a, b said) int { return cmp.Compare(a.id, b.id) })
	err := s.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		rows, err := s.fresh(ctx, tx, rows)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := s.put(ctx, tx, &rows[i]); err != nil {
				return err
			}
		}
		return s.index(ctx, tx, rows)
	})
	if err != nil {
		return fmt.Errorf("put what was said in %d calls: %w", len(all), err)
	}
	return nil
}

// fresh are the rows that are to be written: those that are not there yet, of calls that
// were not taken out of the log, and that nobody takes out meanwhile.
func (s transcripts) fresh(ctx context.Context, tx bun.Tx, rows []said) ([]said, error) {
	ledger := "select call_id, hidden from ledger where call_id in (?)"
	if s.isPostgres() {
		ledger += " order by call_id for share"
	}
	skip := map[string]bool{}
	for some := range slices.Chunk(rows, rowsAtOnce) {
		ids := make([]string, len(some))
		for i := range some {
			ids[i] = some[i].callID
		}
		for _, query := range [...]string{ledger, "select call_id, true as hidden from call_bodies where call_id in (?)"} {
			var found []struct {
				CallID string
				Hidden bool
			}
			if err := tx.NewRaw(query, bun.List(ids)).Scan(ctx, &found); err != nil {
				return nil, err
			}
			for _, f := range found {
				skip[f.CallID] = skip[f.CallID] || f.Hidden
			}
		}
	}
	return slices.DeleteFunc(rows, func(r said) bool { return skip[r.callID] }), nil
}

// put writes a row; in SQLite without its words.
func (s transcripts) put(ctx context.Context, tx bun.Tx, r *said) error {
	if s.isPostgres() {
		_, err := tx.Tx.ExecContext(ctx,
			"insert into call_bodies (call_id, id, bytes, content, words) values ($1, $2, $3, $4, $5::tsvector) on conflict (call_id) do nothing",
			r.callID, r.id, len(r.content), r.content, vectorOf(r.words))
		return err
	}
	const insert = "insert into call_bodies (id, call_id, bytes, content) values (?, ?, ?, ?) on conflict do nothing"
	for ; ; r.id++ {
		done, err := tx.Tx.ExecContext(ctx, insert, r.id, r.callID, len(r.content), r.content)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n > 0 {
			return err
		}
		var there int // else the id is another's
		if err := tx.Tx.QueryRowContext(ctx, "select count(*) from call_bodies where call_id = ?", r.callID).Scan(&there); err != nil {
			return err
		}
		if there > 0 {
			r.callID = ""
			return nil
		}
	}
}

// index writes the words of rows that were put. It comes behind all of them: a statement on
// another table has SQLite write what it has of the index to disk, row by row, and merge that
// (measured: twice the CPU).
func (s transcripts) index(ctx context.Context, tx bun.Tx, rows []said) error {
	if s.isPostgres() {
		return nil
	}
	for i := range rows {
		if rows[i].callID == "" {
			continue // it was there
		}
		if _, err := tx.Tx.ExecContext(ctx, "insert into call_words (rowid, words) values (?, ?)", rows[i].id, strings.Join(rows[i].words, " ")); err != nil {
			return err
		}
	}
	return nil
}

// Transcript implements [Transcripts].
func (s transcripts) Transcript(ctx context.Context, callID string) (*transcript.Transcript, error) {
	var packed []byte
	var id int64
	err := s.read.QueryRowContext(ctx, "select id, content from call_bodies where call_id = ?", callID).Scan(&id, &packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // nothing was kept, which is no fault
	}
	if err != nil {
		return nil, fmt.Errorf("read what was said in call %s: %w", callID, err)
	}
	text, err := decompressor().DecodeAll(packed, nil)
	if err != nil {
		return nil, fmt.Errorf("read what was said in call %s: %w", callID, err)
	}
	var c content
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("read what was said in call %s: %w", callID, err)
	}
	return &transcript.Transcript{CallID: callID, Time: time.UnixMicro(id >> idBits).UTC(), Request: c.Request, Response: c.Response}, nil
}

func (s *Store) isPostgres() bool { return s.write.Dialect().Name() == dialect.PG }
