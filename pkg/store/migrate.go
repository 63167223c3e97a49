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
// NUMBER_NAME.sql, in the order of their numbers. All of them are one
// transaction, and lock, a statement, keeps others from theirs meanwhile.
//
// A database that has seen more than this version knows is left alone: the
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
	const seen = "create table if not exists migrations (version bigint primary key, name text not null, applied timestamp not null default current_timestamp)"
	for _, statement := range []string{lock, seen} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	var last int
	if err := tx.QueryRowContext(ctx, "select coalesce(max(version), 0) from migrations").Scan(&last); err != nil {
		return err
	}
	for _, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.Atoi(number)
		if err != nil {
			return fmt.Errorf("migration %s has no number: %w", name, err)
		}
		if version <= last {
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
