package store

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/asbru-gateway/asbru/integration/servers"
	"github.com/asbru-gateway/asbru/pkg/store/postgres"
	"github.com/asbru-gateway/asbru/pkg/store/sqlite"
	"github.com/stretchr/testify/require"
)

// released are the newest migrations of the versions before this one.
var released = []int{1, 2}

func TestUpgradeOfSQLite(t *testing.T) {
	upgrades(t, sqlite.Migrations, "", func(t *testing.T) (string, *sql.DB) {
		path := filepath.Join(t.TempDir(), "a.db")
		db, err := sqlite.Open(t.Context(), path)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		return "sqlite:" + path, db.Write.DB
	})
}

func TestUpgradeOfPostgres(t *testing.T) {
	server := servers.Postgres(t)
	upgrades(t, postgres.Migrations, postgres.Lock, func(t *testing.T) (string, *sql.DB) {
		url := server.Database(t)
		db, err := postgres.Open(t.Context(), url)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		return url, db.DB
	})
}

// upgrades brings databases of each version up to date, while that version still writes.
func upgrades(t *testing.T, files fs.FS, lock string, open func(t *testing.T) (string, *sql.DB)) {
	for _, version := range released {
		t.Run(fmt.Sprintf("from %04d", version), func(t *testing.T) {
			url, db := open(t)
			require.NoError(t, migrate(t.Context(), db, lock, upTo(t, files, version)))
			for i := range 30 {
				putAsBefore(t, db, i)
			}
			s, err := Open(t.Context(), url)
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close()) }()
			for i := range 5 {
				putAsBefore(t, db, 100+i)
				putAsBefore(t, db, i) // again: it changes nothing
			}
			l := s.Ledger()
			findsAll(t, s)
			n, err := l.CatchUp(t.Context(), 1000)
			require.NoError(t, err)
			require.Equal(t, 35, n)
			n, err = l.CatchUp(t.Context(), 1000)
			require.NoError(t, err)
			require.Zero(t, n)
			findsAll(t, s)

			totals, err := l.Sum(t.Context(), Filter{})
			require.NoError(t, err)
			require.EqualValues(t, 35, totals[0].Calls)
			for _, width := range []time.Duration{0, time.Hour} {
				figures, err := s.Log().Figures(t.Context(), LogFilter{}.With(Model, "small"), FigureOptions{Every: width})
				require.NoError(t, err)
				var calls, failed, cost int64
				for i := range figures {
					calls, failed, cost = calls+figures[i].Calls, failed+figures[i].Failed, cost+figures[i].CostNano
				}
				require.EqualValues(t, 35, calls)
				require.EqualValues(t, 5, failed)
				require.EqualValues(t, 35*7, cost)
			}
			found, err := s.Log().List(t.Context(), LogFilter{}.With(VirtualKey, "vk-3"), Paging{Limit: 10})
			require.NoError(t, err)
			require.Len(t, found, 4)
		})
	}
}

// findsAll looks for the entries of the version before by what there is an index of now.
func findsAll(t *testing.T, s *Store) {
	for _, f := range []LogFilter{{}, {RequestID: "r"}, {MaxTokens: 2}, {MinCostNano: 7, MaxCostNano: 7}} {
		for sort := SortTime; sort <= SortCost; sort++ {
			found, err := s.Log().List(t.Context(), f, Paging{Limit: 100, Sort: sort})
			require.NoError(t, err)
			require.Len(t, found, 35)
		}
	}
}

// upTo are the migrations that a version had.
func upTo(t *testing.T, files fs.FS, version int) fs.FS {
	all, err := fs.Glob(files, "migrations/*.sql")
	require.NoError(t, err)
	some := fstest.MapFS{}
	for _, name := range all[:version] {
		text, err := fs.ReadFile(files, name)
		require.NoError(t, err)
		some[name] = &fstest.MapFile{Data: text}
	}
	return some
}

// putAsBefore puts an entry as version 0.1 did: it knows neither the later columns nor the sums.
func putAsBefore(t *testing.T, db *sql.DB, i int) {
	status := 200
	if i%7 == 3 {
		status = 500
	}
	at := time.Now().Add(-time.Duration(i) * time.Minute)
	_, err := db.ExecContext(t.Context(), fmt.Sprintf(`insert into ledger (call_id, request_id, time_us, node, worker, dialect, op, provider, model, key,
		virtual_key, team, customer, status, code, attempts, stream, truncated, billed, certainty, input, cache_read, cache_write,
		output, reasoning, audio_in, audio_out, images, cost_nano, took_us, first_token_us, metadata)
		values ('%012x-%d', 'r', %d, 'n', '', 'openai', 'chat', 'house', 'small', 'k', 'vk-%d', '', '', %d, '', 1, false, false, false, 2,
		1, 0, 0, 1, 0, 0, 0, 0, 7, 1000, 0, '{}') on conflict (call_id) do update set certainty = excluded.certainty where excluded.certainty > ledger.certainty`,
		1_790_000_000_000+i, i, at.UnixMicro(), i%10, status))
	require.NoError(t, err)
}
