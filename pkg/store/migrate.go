package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// migrate runs the migrations that a database has not seen yet: files named
// NUMBER_NAME.sql, in the order of their numbers, which may leave gaps: one that is
// added with a lower number than those before it runs all the same. All of them are
// one transaction, and lock, a statement, keeps others from theirs meanwhile.
//
// What a database has seen that this version does not know is left alone: the
// nodes of a newer version have been here.
func migrate(ctx context.Context, db *sql.DB, lock string, files fs.FS) (err error) {
	names, err := fs.Glob(files, "migrations/*.sql") // in order
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	const table = "create table if not exists migrations (version bigint primary key, name text not null, applied timestamp not null default current_timestamp)"
	for _, statement := range []string{lock, table} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	seen, err := versionsSeen(ctx, tx)
	if err != nil {
		return err
	}
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.Atoi(number)
		if err != nil {
			return fmt.Errorf("migration %s has no number: %w", name, err)
		}
		if seen[version] {
			continue
		}
		statements, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		done := fmt.Sprintf("insert into migrations (version, name) values (%d, '%s')", version, path.Base(name))
		for _, statement := range []string{string(statements), done} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("migration %s: %w", name, err)
			}
		}
	}
	return tx.Commit()
}

// versionsSeen are the numbers of the migrations that have run.
func versionsSeen(ctx context.Context, tx *sql.Tx) (map[int]bool, error) {
	rows, err := tx.QueryContext(ctx, "select version from migrations")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	seen := map[int]bool{}
	for rows.Next() {
		var version int
		if err := rows.Scan(&version); err != nil {
			return nil, err
		}
		seen[version] = true
	}
	return seen, rows.Err()
}
