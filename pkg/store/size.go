package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Excess implements [Ledger].
func (l ledger) Excess(ctx context.Context, maxBytes int64, now time.Time) (time.Time, error) {
	excess := l.excessRows
	if l.isPostgres() {
		excess = l.excessDays
	}
	before, err := excess(ctx, maxBytes, now)
	if err != nil {
		return time.Time{}, fmt.Errorf("look how large the store is: %w", err)
	}
	return before, nil
}

// excessRowsMost bounds the entries that are passed over at once: a larger excess is found in
// steps.
const excessRowsMost = 500_000

// excessRows takes all entries to be of one size: their share of what is used of the file.
func (l ledger) excessRows(ctx context.Context, maxBytes int64, now time.Time) (time.Time, error) {
	var used int64
	const size = "select (pages.page_count - free.freelist_count) * size.page_size from pragma_page_count pages, pragma_freelist_count free, pragma_page_size size"
	if err := l.read.NewRaw(size).Scan(ctx, &used); err != nil || used <= maxBytes {
		return time.Time{}, err
	}
	var rows int64
	if err := l.read.NewRaw(fmt.Sprintf("select coalesce(sum(calls), 0) from %s where kind = %d", ofHours, ofWhat)).Scan(ctx, &rows); err != nil || rows == 0 {
		return time.Time{}, err
	}
	share := float64(used-maxBytes) / float64(used)
	many := min(int64(share*float64(rows))+1, excessRowsMost)
	var first []int64
	if err := l.read.NewRaw("select time_us from ledger order by time_us limit 1 offset ?", many).Scan(ctx, &first); err != nil {
		return time.Time{}, err
	}
	if len(first) == 0 { // all; and the sums have what is gone of an hour
		return now, nil
	}
	return time.UnixMicro(first[0]), nil
}

// excessDays is for whole days, since only a table that is dropped gives anything back. What
// days do not have to themselves, sums and terms, does not count: it stays as large.
func (l ledger) excessDays(ctx context.Context, maxBytes int64, now time.Time) (time.Time, error) {
	const sizes = "select c.relname as name, pg_total_relation_size(c.oid) as bytes from pg_inherits i join pg_class c on c.oid = i.inhrelid " +
		"where i.inhparent in ('" + ledgerDays + "'::regclass, '" + bodyDays + "'::regclass)"
	var tables []struct {
		Name  string
		Bytes int64
	}
	if err := l.write.NewRaw(sizes).Scan(ctx, &tables); err != nil {
		return time.Time{}, err
	}
	var used int64
	ofDay := map[time.Time]int64{}
	for _, t := range tables {
		used += t.Bytes
		if day, ok := dayOf(t.Name); ok {
			ofDay[day] += t.Bytes
		}
	}
	var before time.Time
	today := now.UTC().Truncate(24 * time.Hour)
	for _, day := range slices.SortedFunc(maps.Keys(ofDay), time.Time.Compare) {
		if used <= maxBytes || !day.Before(today) {
			break
		}
		used -= ofDay[day]
		before = day.AddDate(0, 0, 1).Add(dayMargin)
	}
	return before, nil
}
