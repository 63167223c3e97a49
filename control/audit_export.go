package control

import (
	"context"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

type exportAuditInput struct {
	AuditQuery
	Format string `query:"format" enum:"ndjson,csv" default:"ndjson"`
}

var auditHead = []string{
	"seq", "time", "caller_kind", "caller_id", "caller", "address", "request_id", "operation", "object", "outcome", "status", "code",
	"changes", "previous_hash", "hash",
}

func auditCells(e *AuditEntry) []string {
	return []string{
		strconv.FormatInt(e.Seq, 10), e.Time.Format(time.RFC3339Nano), e.Caller.Kind, e.Caller.ID, e.Caller.Name, e.Address, e.RequestID,
		e.Operation, e.Object, e.Outcome, strconv.Itoa(e.Status), e.Code, string(e.Changes), e.Previous, e.Hash,
	}
}

// exportAudit sends entries as they are read, the newest first.
func (c *Control) exportAudit(ctx context.Context, in *exportAuditInput) (*huma.StreamResponse, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	before := int64(0)
	next := func(ctx context.Context) ([]AuditEntry, error) {
		entries, err := s.Audit().Page(ctx, in.filter(), before, exportAtOnce)
		if err != nil {
			return nil, c.explain("read the audit", err)
		}
		rows := make([]AuditEntry, len(entries))
		for i := range entries {
			rows[i] = shownEntry(&entries[i])
			before = rows[i].Seq
		}
		return rows, nil
	}
	return rowExport[AuditEntry]{name: "audit", format: in.Format, head: auditHead, cells: auditCells, next: next}.response(ctx, c)
}
