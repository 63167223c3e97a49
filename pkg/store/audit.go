package store

import (
	"context"
	"fmt"

	"github.com/asbru-gateway/asbru/pkg/audit"
	"github.com/uptrace/bun"
)

// Audit returns the record of changes by the admin API.
func (s *Store) Audit() audit.Log { return auditLog{s} }

// auditLog is the record in an SQL database.
type auditLog struct{ *Store }

// auditRow is an entry as the table audit has it.
type auditRow struct {
	bun.BaseModel `bun:"table:audit,alias:a"`

	Seq       int64 `bun:",pk"`
	TimeUS    int64
	Kind      string
	CallerID  string
	Name      string
	Address   string
	RequestID string
	Operation string
	Object    string
	Outcome   string
	Status    int64
	Code      string
	Changes   string
	Previous  string
	Hash      string
}

func auditRowOf(e *audit.Entry) auditRow {
	return auditRow{
		Seq: e.Seq, TimeUS: micros(e.Time), Kind: e.Kind, CallerID: e.ID, Name: e.Name, Address: e.Address, RequestID: e.RequestID,
		Operation: e.Operation, Object: e.Object, Outcome: e.Outcome, Status: int64(e.Status), Code: e.Code,
		Changes: e.Changes, Previous: e.Previous, Hash: e.Hash,
	}
}

func (r *auditRow) entry() audit.Entry {
	return audit.Entry{
		Seq: r.Seq, Time: atMicros(r.TimeUS), Kind: r.Kind, ID: r.CallerID, Name: r.Name, Address: r.Address, RequestID: r.RequestID,
		Operation: r.Operation, Object: r.Object, Outcome: r.Outcome, Status: int(r.Status), Code: r.Code,
		Changes: r.Changes, Previous: r.Previous, Hash: r.Hash,
	}
}

// Append has one writer at a time read the end of the chain and write behind it: on
// SQLite there is one anyway, on PostgreSQL a lock sees to it.
func (a auditLog) Append(ctx context.Context, entries []audit.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	err := a.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if a.auditLock != "" {
			if _, err := tx.ExecContext(ctx, a.auditLock); err != nil {
				return err
			}
		}
		var ends []auditRow
		if err := tx.NewSelect().Model(&ends).Order("seq desc").Limit(1).Scan(ctx); err != nil {
			return err
		}
		var last audit.Entry
		if len(ends) > 0 {
			last = ends[0].entry()
		}
		rows := make([]auditRow, len(entries))
		for i := range entries {
			entries[i].Link(&last)
			last = entries[i]
			rows[i] = auditRowOf(&last)
		}
		_, err := tx.NewInsert().Model(&rows).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("append to the audit: %w", err)
	}
	return nil
}

func (a auditLog) Page(ctx context.Context, f audit.Filter, before int64, limit int) ([]audit.Entry, error) {
	var rows []auditRow
	q := a.read.NewSelect().Model(&rows).Order("seq desc").Limit(int64(limit))
	if before > 0 {
		q.Where("seq < ?", before)
	}
	if !f.Since.IsZero() {
		q.Where("time_us >= ?", f.Since.UnixMicro())
	}
	if !f.Until.IsZero() {
		q.Where("time_us < ?", f.Until.UnixMicro())
	}
	if f.Caller != "" {
		q.Where("(caller_id = ? or name = ?)", f.Caller, f.Caller)
	}
	if f.Operation != "" {
		q.Where("operation = ?", f.Operation)
	}
	if f.Object != "" {
		q.Where(`object like ? escape '\'`, likeEscaped(f.Object)+"%")
	}
	if f.Outcome != "" {
		q.Where("outcome = ?", f.Outcome)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("read the audit: %w", err)
	}
	return auditEntries(rows), nil
}

func (a auditLog) After(ctx context.Context, seq int64, limit int) ([]audit.Entry, error) {
	var rows []auditRow
	if err := a.read.NewSelect().Model(&rows).Where("seq > ?", seq).Order("seq").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read the audit: %w", err)
	}
	return auditEntries(rows), nil
}

func auditEntries(rows []auditRow) []audit.Entry {
	entries := make([]audit.Entry, len(rows))
	for i := range rows {
		entries[i] = rows[i].entry()
	}
	return entries
}
