// Package postgres keeps neighbours in PostgreSQL with the extension pgvector, for all nodes of
// a cluster.
//
// A neighbour is a row: the keys of its group and of its answer, its vector, and digests of what
// purges go by. The rows of a group are found by an index, and each of them is looked at, so
// that none is missed, as one of approximate neighbours would. Who reads the table does not see
// what was asked; but a vector tells something of its text to those who have its model.
package postgres

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/asbru-gateway/asbru/pkg/cache"
)

const (
	connections    = 4
	connectTimeout = 2 * time.Second
	idleTimeout    = 5 * time.Minute
	// mostSearched bounds what is looked at of one group: its newest.
	mostSearched = 10_000
	// sweepEvery is after how many that were added those are deleted whose time is up.
	sweepEvery = 256
)

// setUp makes the table, one node at a time. The number is the gateway's own among a
// database's advisory locks. Vectors of several models, and so of several
// dimensions, are in one table.
const setUp = `
	select pg_advisory_xact_lock(4702394921427289931);
	create extension if not exists vector;
	create table if not exists asbru_neighbours (
		grp bytea not null, key bytea not null, v vector not null,
		scope bytea not null, namespace bytea not null, model bytea not null, call bytea not null, request bytea not null,
		added timestamptz not null default now(), expires timestamptz not null,
		primary key (grp, key));
	create index if not exists asbru_neighbours_newest on asbru_neighbours (grp, added);
	create index if not exists asbru_neighbours_expires on asbru_neighbours (expires)`

// Neighbours are [cache.Neighbours] in PostgreSQL.
type Neighbours struct {
	db    *sql.DB
	added atomic.Uint64

	mu    sync.Mutex
	ready bool // the table is there
}

// Open returns neighbours in the database of a URL. It does not connect yet: the table is made
// when it is needed first.
func Open(url string) (*Neighbours, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the URL of the semantic cache's PostgreSQL: %w", err) // the error hides the password
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "asbru"
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(idleTimeout)
	return &Neighbours{db: db}, nil
}

// Close ends the connections.
func (n *Neighbours) Close() error { return n.db.Close() }

// there makes sure that the table is there.
func (n *Neighbours) there(ctx context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ready {
		return nil
	}
	tx, err := n.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("reach the semantic cache's PostgreSQL: %w", err)
	}
	if _, err = tx.ExecContext(ctx, setUp, pgx.QueryExecModeSimpleProtocol); err == nil {
		err = tx.Commit()
	} else {
		err = errors.Join(err, tx.Rollback())
	}
	if err != nil {
		return fmt.Errorf("make the semantic cache's table, with the extension pgvector: %w", err)
	}
	n.ready = true
	return nil
}

// digest stands for a text that purges go by.
func digest(text string) []byte {
	if text == "" {
		return []byte{}
	}
	sum := sha256.Sum256([]byte(text))
	return sum[:8]
}

// Add implements [cache.Neighbours].
func (n *Neighbours) Add(ctx context.Context, group cache.Key, of *cache.Neighbour) error {
	if err := n.there(ctx); err != nil {
		return err
	}
	o := &of.Origin
	_, err := n.db.ExecContext(ctx, `
		insert into asbru_neighbours (grp, key, v, scope, namespace, model, call, request, expires)
		values ($1, $2, $3::vector, $4, $5, $6, $7, $8, now() + $9 * interval '1 millisecond')
		on conflict (grp, key) do update set v = excluded.v, scope = excluded.scope, namespace = excluded.namespace, model = excluded.model,
			call = excluded.call, request = excluded.request, added = excluded.added, expires = excluded.expires`,
		group[:], of.Key[:], spelt(of.Vector), digest(o.Scope), digest(o.Namespace), digest(o.Model), digest(o.CallID), digest(o.RequestID),
		max(of.TTL.Milliseconds(), 1))
	if err == nil && n.added.Add(1)%sweepEvery == 0 {
		_, err = n.db.ExecContext(ctx, "delete from asbru_neighbours where expires <= now()")
	}
	return wrap("add to", err)
}

// Nearest implements [cache.Neighbours].
func (n *Neighbours) Nearest(ctx context.Context, group cache.Key, v []float32, threshold float64, most int) (found []cache.Near, err error) {
	if err := n.there(ctx); err != nil {
		return nil, err
	}
	rows, err := n.db.QueryContext(ctx, `
		select key, -(v <#> $2::vector) from (
			select key, v from asbru_neighbours where grp = $1 and vector_dims(v) = $5 and expires > now() order by added desc limit $3 offset 0) newest
		order by v <#> $2::vector limit $4`, group[:], spelt(v), mostSearched, most, len(v))
	if err != nil {
		return nil, wrap("search", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key []byte
		var near cache.Near
		if err := rows.Scan(&key, &near.Similarity); err != nil {
			return nil, wrap("search", err)
		}
		if near.Similarity < threshold || copy(near.Key[:], key) != len(near.Key) {
			continue
		}
		near.Similarity = min(near.Similarity, 1)
		found = append(found, near)
	}
	return found, wrap("search", rows.Err())
}

// Remove implements [cache.Neighbours].
func (n *Neighbours) Remove(ctx context.Context, group, k cache.Key) error {
	if err := n.there(ctx); err != nil {
		return err
	}
	_, err := n.db.ExecContext(ctx, "delete from asbru_neighbours where grp = $1 and key = $2", group[:], k[:])
	return wrap("remove from", err)
}

// Purge implements [cache.Neighbours].
func (n *Neighbours) Purge(ctx context.Context, s cache.Selection) (int, error) {
	if err := n.there(ctx); err != nil {
		return 0, err
	}
	done, err := n.db.ExecContext(ctx, `
		delete from asbru_neighbours where ($1 = ''::bytea or scope = $1) and ($2 = ''::bytea or namespace = $2)
			and ($3 = ''::bytea or model = $3) and ($4 = ''::bytea or call = $4 or request = $4)`,
		digest(s.Scope), digest(s.Namespace), digest(s.Model), digest(s.CallID))
	if err != nil {
		return 0, wrap("purge", err)
	}
	purged, err := done.RowsAffected()
	return int(purged), wrap("purge", err)
}

// spelt is a vector as pgvector reads it.
func spelt(v []float32) string {
	b := append(make([]byte, 0, len(v)*12), '[')
	for i, x := range v {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendFloat(b, float64(x), 'g', -1, 32)
	}
	return string(append(b, ']'))
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s the semantic cache in postgres: %w", what, err)
}
