package control

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/audit"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) auditRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/audit", "list-audit", "List who changed what, the newest first"), c.listAudit)
	huma.Register(c.api, at(http.MethodGet, "/api/audit/export", "export-audit", "Export who changed what as NDJSON or CSV"), c.exportAudit)
	huma.Register(c.api, at(http.MethodGet, "/api/audit/verify", "verify-audit", "See whether the audit is as it was written"), c.verifyAudit)
}

// AuditEntry is an entry of the audit as the admin API shows it.
type AuditEntry struct {
	Seq       int64           `json:"seq"`
	Time      time.Time       `json:"time"`
	Caller    AuditCaller     `json:"caller"`
	Address   string          `json:"address"`
	RequestID string          `json:"request_id"`
	Operation string          `json:"operation" doc:"Id of the operation in this description."`
	Object    string          `json:"object"`
	Outcome   string          `json:"outcome" enum:"done,refused,failed"`
	Status    int             `json:"status"`
	Code      string          `json:"code,omitempty" doc:"Of a refusal."`
	Changes   json.RawMessage `json:"changes,omitempty" doc:"[{object, patch}]: JSON patches (RFC 6902), without secrets. A test operation tells what was there."`
	Previous  string          `json:"previous_hash"`
	Hash      string          `json:"hash"`
}

// AuditCaller is who asked for something.
type AuditCaller struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}

func shownEntry(e *audit.Entry) AuditEntry {
	return AuditEntry{
		Seq: e.Seq, Time: e.Time, Caller: AuditCaller{e.Kind, e.ID, e.Name}, Address: e.Address, RequestID: e.RequestID,
		Operation: e.Operation, Object: e.Object, Outcome: e.Outcome, Status: e.Status, Code: e.Code,
		Changes: json.RawMessage(e.Changes), Previous: e.Previous, Hash: e.Hash,
	}
}

// AuditQuery says which entries of the audit are asked for.
type AuditQuery struct {
	Since     time.Time `query:"since"`
	Until     time.Time `query:"until"`
	Caller    string    `query:"caller" maxLength:"200" doc:"Id or name of who asked."`
	Operation string    `query:"operation" maxLength:"100"`
	Object    string    `query:"object" maxLength:"500" doc:"The beginning of its path."`
	Outcome   string    `query:"outcome" enum:"done,refused,failed"`
}

func (q *AuditQuery) filter() audit.Filter {
	return audit.Filter{
		Since: q.Since, Until: q.Until, Caller: q.Caller, Operation: q.Operation, Object: q.Object, Outcome: q.Outcome,
	}
}

type listAuditInput struct {
	AuditQuery
	After string `query:"after" maxLength:"20" doc:"Begin behind a page before: its next_cursor."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type listAuditOutput struct {
	Body struct {
		Entries    []AuditEntry `json:"entries"`
		NextCursor string       `json:"next_cursor,omitempty" doc:"Where the next page begins, for after; absent on the last page."`
	}
}

func (c *Control) listAudit(ctx context.Context, in *listAuditInput) (*listAuditOutput, error) {
	before := int64(0)
	if in.After != "" {
		var err error
		if before, err = strconv.ParseInt(in.After, 10, 64); err != nil || before < 1 {
			return nil, invalid("query.after", "is not the next_cursor of a page")
		}
	}
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	entries, err := s.Audit().Page(ctx, in.filter(), before, in.Limit+1)
	if err != nil {
		return nil, c.explain("read the audit", err)
	}
	out := &listAuditOutput{}
	if len(entries) > in.Limit {
		entries = entries[:in.Limit]
		out.Body.NextCursor = strconv.FormatInt(entries[in.Limit-1].Seq, 10)
	}
	out.Body.Entries = make([]AuditEntry, len(entries))
	for i := range entries {
		out.Body.Entries[i] = shownEntry(&entries[i])
	}
	return out, nil
}

type verifyAuditOutput struct {
	Body struct {
		Whole    bool   `json:"whole" doc:"Each entry is as it was written, and none is missing before the last."`
		Entries  int64  `json:"entries" doc:"That are whole, from the first one on."`
		HeadSeq  int64  `json:"head_seq" doc:"The last of these. Keep it and its hash elsewhere to notice when the end is cut off."`
		HeadHash string `json:"head_hash"`
		Broken   int64  `json:"broken_seq,omitempty" doc:"The first entry that is not as it was written."`
		Reason   string `json:"reason,omitempty"`
	}
}

func (c *Control) verifyAudit(ctx context.Context, _ *struct{}) (*verifyAuditOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	report, err := audit.Verify(ctx, s.Audit())
	if err != nil {
		return nil, c.explain("read the audit", err)
	}
	out := &verifyAuditOutput{}
	b := &out.Body
	b.Whole, b.Entries, b.HeadSeq, b.HeadHash = report.Broken == 0, report.Entries, report.Head.Seq, report.Head.Hash
	b.Broken, b.Reason = report.Broken, report.Reason
	return out, nil
}
