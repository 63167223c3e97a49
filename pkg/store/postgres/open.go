package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// Migrations are the tables.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Lock lets one process at a time migrate, to the end of its transaction. The
// number is the gateway's own among a database's advisory locks. A migration may
// take long, whatever other statements may.
const Lock = "set local statement_timeout = 0; select pg_advisory_xact_lock(4702394921427289928)"

// AuditLock lets one process at a time append to the audit, to the end of its
// transaction.
const AuditLock = "select pg_advisory_xact_lock(4702394921427289929)"

const (
	connections    = 8
	connectTimeout = 5 * time.Second
	idleTimeout    = 5 * time.Minute
)

// Open opens the database of a URL and makes sure that it can be reached.
func Open(ctx context.Context, url string) (*bun.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the PostgreSQL store's URL: %w", err) // the error hides the password
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	for name, value := range map[string]string{
		"application_name":  "asbru",
		"statement_timeout": "60s", // so that no query holds up the others for ever
	} {
		if config.RuntimeParams[name] == "" {
			config.RuntimeParams[name] = value
		}
	}
	config.RuntimeParams["standard_conforming_strings"] = "on" // as texts are quoted
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(idleTimeout)
	if err := db.PingContext(ctx); err != nil {
		return nil, fmt.Errorf("open the PostgreSQL store: %w", errors.Join(err, db.Close()))
	}
	return bun.NewDB(db, pgdialect.New()), nil
}
