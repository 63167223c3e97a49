package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
)

// In PostgreSQL each day of the ledger is a table of its own, made ahead, and so is each day
// of what was said in calls. SQLite has one table for all.
const (
	ledgerDays = "ledger"
	bodyDays   = "call_bodies"

	daysAhead = 7
	dayForm   = "20060102"
	// dayMargin is by how much a call's time may be off from that in its id, which is that
	// of the node which took it first.
	dayMargin = time.Hour
	// daysLock lets one process at a time change the days, to the end of its transaction,
	// and gives up rather than hold up those who read and write.
	daysLock = "set local lock_timeout = '2s'; select pg_advisory_xact_lock(4702394921427289929)"
)

// timeOf is how a table's rows say their time.
var timeOf = map[string]string{ledgerDays: "time_us", bodyDays: "id / 1024"}

// days returns the days of a table that there are tables for, by their names.
func (l ledger) days(ctx context.Context, of string) (map[string]time.Time, error) {
	var names []string
	tables := "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = '" + of + "'::regclass"
	if err := l.write.NewRaw(tables).Scan(ctx, &names); err != nil {
		return nil, fmt.Errorf("list the days of %s: %w", of, err)
	}
	days := map[string]time.Time{}
	for _, name := range names {
		if day, ok := dayOf(name); ok {
			days[name] = day
		}
	}
	return days, nil
}

// dayOf is the day that a table is of; false if it is of none.
func dayOf(table string) (time.Time, bool) {
	day, err := time.Parse(dayForm, table[strings.LastIndexByte(table, '_')+1:])
	return day, err == nil
}

// makeDays makes the days of a table ahead.
func (l ledger) makeDays(ctx context.Context, of string, now time.Time) error {
	if l.write.Dialect().Name() != dialect.PG {
		return nil
	}
	days, err := l.days(ctx, of)
	if err != nil {
		return err
	}
	for ahead := range daysAhead {
		day := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1+ahead)
		name := of + "_" + day.Format(dayForm)
		if _, there := days[name]; there {
			continue
		}
		err := l.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
			from, to := idAt(day), idAt(day.AddDate(0, 0, 1))
			for _, statement := range []string{
				daysLock,
				fmt.Sprintf("create table %s (like %s including all)", name, of),
				fmt.Sprintf("with moved as (delete from %s_rest where call_id >= '%s' and call_id < '%s' returning *) insert into %s select * from moved", of, from, to, name),
				fmt.Sprintf("alter table %s attach partition %s for values from ('%s') to ('%s')", of, name, from, to),
			} {
				if _, err := tx.Tx.ExecContext(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("make the day %s: %w", name, err)
		}
	}
	return nil
}

// idAt is where the ids of calls that begin at a time begin.
func idAt(t time.Time) string { return fmt.Sprintf("%012x", t.UnixMilli()) }

// dropDays drops whole days of a table that are of before a time, and returns how many rows
// they had.
func (l ledger) dropDays(ctx context.Context, of string, before time.Time) (int, error) {
	if l.write.Dialect().Name() != dialect.PG {
		return 0, nil
	}
	days, err := l.days(ctx, of)
	if err != nil {
		return 0, err
	}
	var all int
	for name, day := range days {
		if day.AddDate(0, 0, 1).Add(dayMargin).After(before) {
			continue
		}
		n, dropErr := l.dropDay(ctx, of, name, before)
		all += n
		err = errors.Join(err, dropErr)
	}
	return all, err
}

func (l ledger) dropDay(ctx context.Context, of, name string, before time.Time) (n int, err error) {
	err = l.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.Tx.ExecContext(ctx, daysLock); err != nil {
			return err
		}
		var young int
		counts := fmt.Sprintf("select count(*), count(*) filter (where %s >= %d) from %s", timeOf[of], before.UnixMicro(), name)
		if err := tx.QueryRowContext(ctx, counts).Scan(&n, &young); err != nil || young > 0 {
			n = 0 // what is young stays, and its day with it
			return err
		}
		_, err := tx.Tx.ExecContext(ctx, "drop table "+name)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("drop the day %s: %w", name, err)
	}
	return n, nil
}
