package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/uptrace/bun"
)

// What a term is of. It is part of the term's digest, and so of what is stored.
const (
	termMetadata = 'm'
	termRequest  = 'r'
	termSession  = 's'
	termParent   = 'p'
	termEndUser  = 'u'
	termWorker   = 'w'
	termMark     = 'k'
	termRetried  = 't'
	termShadow   = 'c'
)

// termOf is the digest of what calls may have in common with few others: FNV-1a, without
// its sign. Two that happen to be the same make a search read a few rows more.
func termOf(of byte, name, value string) int64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := (uint64(offset) ^ uint64(of)) * prime
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * prime
	}
	h *= prime // a zero between them
	for i := range len(value) {
		h = (h ^ uint64(value[i])) * prime
	}
	return int64(h >> 1)
}

// rarities are what a call may have in common with few others, and what a filter may ask for
// of that.
type rarities struct {
	metadata                                  map[string]string
	request, session, parent, endUser, worker string
	marks                                     []string
	retried, shadow                           bool
}

func (r *rarities) terms() (all []int64) {
	for name, value := range r.metadata {
		all = append(all, termOf(termMetadata, name, value))
	}
	for _, mark := range r.marks {
		all = append(all, termOf(termMark, "", mark))
	}
	for _, is := range [...]struct {
		of    byte
		value string
	}{{termRequest, r.request}, {termSession, r.session}, {termParent, r.parent}, {termEndUser, r.endUser}, {termWorker, r.worker}} {
		if is.value != "" {
			all = append(all, termOf(is.of, "", is.value))
		}
	}
	for _, is := range [...]struct {
		of    byte
		value bool
	}{{termRetried, r.retried}, {termShadow, r.shadow}} {
		if is.value {
			all = append(all, termOf(is.of, "", ""))
		}
	}
	return all
}

// terms are those that a filter asks for, all of which a call must have.
func (f *LogFilter) terms() []int64 {
	r := rarities{
		metadata: f.Metadata, request: f.RequestID, session: f.Session, parent: f.Parent, endUser: f.EndUser, worker: f.Worker,
		retried: f.Retried != nil && *f.Retried, shadow: f.Shadow != nil && *f.Shadow,
	}
	if f.Mark != "" {
		r.marks = []string{f.Mark}
	}
	return r.terms()
}

// termed is a term that a call has.
type termed struct{ span, term, timeUS int64 }

// termsAtOnce bounds the rows of a statement.
const termsAtOnce = 2000

// writeTerms writes which terms the calls have.
func (l ledger) writeTerms(ctx context.Context, tx bun.Tx, rows []row) error {
	level := l.pace.levelFor(rows)
	var all []termed
	var spans []int64
	for i := range rows {
		r := &rows[i]
		var metadata map[string]string
		if r.Metadata != "{}" {
			if err := json.Unmarshal([]byte(r.Metadata), &metadata); err != nil {
				return fmt.Errorf("read the metadata of call %s: %w", r.CallID, err)
			}
		}
		span := spanAt(r.TimeUS, level)
		rare := rarities{
			metadata: metadata, request: r.RequestID, session: r.Session, parent: r.Parent, endUser: r.EndUser, worker: r.Worker,
			marks: marksOf(r.Marks), retried: r.Attempts > 1, shadow: r.Shadow,
		}
		for _, term := range rare.terms() {
			all = append(all, termed{span, term, r.TimeUS})
			if !slices.Contains(spans, span) {
				spans = append(spans, span)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b termed) int {
		return cmp.Or(cmp.Compare(a.span, b.span), cmp.Compare(a.term, b.term), cmp.Compare(a.timeUS, b.timeUS))
	})
	for some := range slices.Chunk(slices.Compact(all), termsAtOnce) {
		if _, err := tx.Tx.ExecContext(ctx, termsStatement(some)); err != nil {
			return fmt.Errorf("write the terms of calls: %w", err)
		}
	}
	slices.Sort(spans)
	text := []byte("insert into ledger_spans (id) values ")
	for i, id := range spans {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(strconv.AppendInt(append(text, '('), id, 10), ')')
	}
	if _, err := tx.Tx.ExecContext(ctx, string(append(text, " on conflict do nothing"...))); err != nil {
		return fmt.Errorf("write the spans of terms: %w", err)
	}
	return nil
}

func termsStatement(some []termed) string {
	b := make([]byte, 0, 64*len(some)+128)
	b = append(b, "insert into ledger_terms (span, term, time_us) values "...)
	for i, t := range some {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(append(b, '('), t.span, 10)
		b = strconv.AppendInt(append(b, ','), t.term, 10)
		b = append(strconv.AppendInt(append(b, ','), t.timeUS, 10), ')')
	}
	return string(append(b, " on conflict do nothing"...))
}

// pruneTerms removes spans that end before a time, the oldest first.
func (l ledger) pruneTerms(ctx context.Context, before int64) error {
	var spans []int64
	if err := l.read.NewRaw(fmt.Sprintf("select id from ledger_spans where id < ? order by id limit %d", spansAtOnce), before-hourUS).Scan(ctx, &spans); err != nil || len(spans) == 0 {
		return err
	}
	return l.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		for _, text := range [...]string{"delete from ledger_terms where span in (?)", "delete from ledger_spans where id in (?)"} {
			if _, err := tx.NewRaw(text, bun.List(spans)).Exec(ctx); err != nil {
				return fmt.Errorf("remove old terms: %w", err)
			}
		}
		return nil
	})
}

// spansAtOnce bounds the spans that are removed at once.
const spansAtOnce = 10
