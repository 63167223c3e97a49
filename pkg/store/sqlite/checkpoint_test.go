package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheLogIsCutWhenNobodyReadsItsBeginning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Open(t.Context(), path)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	exec := func(sql string) {
		_, err := db.Write.DB.Exec(sql)
		require.NoError(t, err)
	}
	logSize := func() int64 {
		info, err := os.Stat(path + "-wal")
		require.NoError(t, err)
		return info.Size()
	}
	exec("create table a (x blob)")
	reading, err := db.Read.DB.Begin()
	require.NoError(t, err)
	var n int
	require.NoError(t, reading.QueryRow("select count(*) from a").Scan(&n))
	const rows, rowBytes = 100, 100_000
	for range rows {
		exec("insert into a values (zeroblob(100000))")
	}
	require.Greater(t, logSize(), int64(rows*rowBytes), "a reader keeps the log from beginning anew")
	require.NoError(t, reading.Rollback())
	require.NoError(t, db.cutLog(t.Context()))
	require.Zero(t, logSize())
}

func TestReadersCannotWrite(t *testing.T) {
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "a.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	_, err = db.Read.DB.Exec("create table a (x int)")
	require.Error(t, err)
}
