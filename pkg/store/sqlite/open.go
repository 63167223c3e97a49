package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite" // the driver too
	sqlite3 "modernc.org/sqlite/lib"
)

// Migrations are the tables.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// DB is an open database.
type DB struct {
	Write *bun.DB // one connection, so that writers wait in line instead of failing
	Read  *bun.DB

	stop     context.CancelFunc
	checking sync.WaitGroup
}

// cachePages is how much of the database a connection keeps in memory at most, 16 MiB: the
// pages that new entries go to, and what statistics are sorted in.
const cachePages = "cache_size(-16384)"

// checkpointPages is how much the log (WAL) has before it is moved to the database, 32 MiB:
// many batches of entries write the same pages, which go there once.
const checkpointPages = "wal_autocheckpoint(8192)"

// readers is how many queries run at once.
const readers = 4

// Open opens the database in a file, which is made if it is not there. Nobody
// but the owner may read it.
func Open(ctx context.Context, path string) (*DB, error) {
	if path == "" {
		return nil, errors.New("open the SQLite store: no path is given")
	}
	if err := create(path); err != nil {
		return nil, fmt.Errorf("open the SQLite store: %w", err)
	}
	write, err := open(path, 1, url.Values{
		"_txlock": {"immediate"}, // else two writers may both read first, and one fails
		"_pragma": {"busy_timeout(10000)", "auto_vacuum(incremental)", "journal_mode(wal)", "synchronous(full)", "foreign_keys(1)", "temp_store(memory)", checkpointPages, cachePages},
	})
	if err != nil {
		return nil, err
	}
	if err := reach(ctx, write); err != nil {
		return nil, fmt.Errorf("open the SQLite store: %w", errors.Join(err, write.Close()))
	}
	read, err := open(path, readers, url.Values{
		"_pragma": {"busy_timeout(10000)", "query_only(1)", "temp_store(memory)", cachePages},
	})
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	checking, stop := context.WithCancel(context.WithoutCancel(ctx))
	db := &DB{Write: write, Read: read, stop: stop}
	db.checking.Go(func() { db.checkpoint(checking, path+"-wal") })
	return db, nil
}

// Close closes the database.
func (db *DB) Close() error {
	db.stop()
	db.checking.Wait()
	return errors.Join(db.Read.Close(), db.Write.Close())
}

func open(path string, connections int, options url.Values) (*bun.DB, error) {
	// A path that begins with two slashes would name a host.
	name := "file:" + (&url.URL{Path: filepath.Clean(path)}).EscapedPath() + "?" + options.Encode()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("open the SQLite store: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return bun.NewDB(db, sqlitedialect.New()), nil
}

// busyFor is how long others may keep the file from being opened, and busyPause the time
// between two attempts.
const (
	busyFor   = 10 * time.Second
	busyPause = 10 * time.Millisecond
)

// reach makes the first connection. While others do so, SQLite may refuse at once to
// turn the journal to WAL, busy_timeout or not.
func reach(ctx context.Context, db *bun.DB) error {
	for began := time.Now(); ; {
		err := db.PingContext(ctx)
		var refused *sqlite.Error
		if !errors.As(err, &refused) || refused.Code()&0xff != sqlite3.SQLITE_BUSY || time.Since(began) > busyFor {
			return err
		}
		select {
		case <-time.After(busyPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// create makes an empty file where there is none; SQLite would let all read it.
func create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}
