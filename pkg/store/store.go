package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/store/postgres"
	"github.com/asbru-gateway/asbru/pkg/store/sqlite"
	"github.com/uptrace/bun"
)

// Store is an open database. Safe for concurrent use.
type Store struct {
	write, read *bun.DB // the same, where the database has no need to tell them apart
	close       func() error
	known       known
	pace        pace
	// auditLock lets one process at a time append to the audit, to the end of its
	// transaction; "" where there is but one writer in any case.
	auditLock string
}

// Open opens the database of a URL, "sqlite:PATH" or "postgres://…", and brings
// its tables up to date. It fails when the database cannot be reached.
func Open(ctx context.Context, url string) (*Store, error) {
	kind, rest, _ := strings.Cut(url, ":")
	switch kind {
	case "sqlite":
		db, err := sqlite.Open(ctx, rest)
		if err != nil {
			return nil, err
		}
		s := &Store{write: db.Write, read: db.Read, close: db.Close}
		return s.migrated(ctx, migrate(ctx, db.Write.DB, "", sqlite.Migrations))
	case "postgres", "postgresql":
		db, err := postgres.Open(ctx, url)
		if err != nil {
			return nil, err
		}
		s := &Store{write: db, read: db, close: db.Close, auditLock: postgres.AuditLock}
		return s.migrated(ctx, migrate(ctx, db.DB, postgres.Lock, postgres.Migrations))
	}
	return nil, errors.New("the store's URL must be sqlite:PATH or postgres://…") // it may hold a password
}

func (s *Store) migrated(ctx context.Context, err error) (*Store, error) {
	if err != nil {
		return nil, fmt.Errorf("bring the store's tables up to date: %w", errors.Join(err, s.close()))
	}
	return s, ctx.Err()
}

// Ping says whether the database can be reached.
func (s *Store) Ping(ctx context.Context) error { return s.read.PingContext(ctx) }

// Ledger returns the usage ledger.
func (s *Store) Ledger() Ledger { return ledger{s} }

// Close closes the database.
func (s *Store) Close() error { return s.close() }
