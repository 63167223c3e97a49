package store

import (
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/asbru-gateway/asbru/pkg/store/sqlite"
	"github.com/stretchr/testify/require"
)

func TestMigrationsRunOnceInOrderAndAllOrNone(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"))
	require.NoError(t, err)
	defer db.Close()
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	count := func(query string) (n int) {
		require.NoError(t, db.Write.QueryRow(query).Scan(&n))
		return n
	}

	older := fstest.MapFS{"migrations/0001_a.sql": file("create table a (x int); insert into a values (1)")}
	for range 2 {
		require.NoError(t, migrate(t.Context(), db.Write.DB, "", older))
		require.Equal(t, 1, count("select count(*) from a"))
	}
	broken := fstest.MapFS{
		"migrations/0002_b.sql": file("create table b (x int)"),
		"migrations/0003_c.sql": file("create table c ("),
	}
	require.ErrorContains(t, migrate(t.Context(), db.Write.DB, "", broken), "0003_c.sql")
	require.Zero(t, count("select count(*) from sqlite_master where name = 'b'"))

	newer := fstest.MapFS{
		"migrations/0001_a.sql": older["migrations/0001_a.sql"], "migrations/0002_b.sql": broken["migrations/0002_b.sql"],
		"migrations/0010_d.sql": file("insert into b values (1)"),
	}
	require.NoError(t, migrate(t.Context(), db.Write.DB, "", newer))
	require.Equal(t, 10, count("select max(version) from migrations"))
	require.NoError(t, migrate(t.Context(), db.Write.DB, "", older), "a version that knows less leaves it alone")
	require.Equal(t, 10, count("select max(version) from migrations"))

	late := fstest.MapFS{"migrations/0005_late.sql": file("insert into b values (2)")}
	for range 2 {
		require.NoError(t, migrate(t.Context(), db.Write.DB, "", late), "one of a lower number that comes later runs once")
		require.Equal(t, 2, count("select count(*) from b"))
	}
}
