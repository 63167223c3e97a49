package control

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

type exportLogsInput struct {
	LogQuery
	Format string `query:"format" enum:"ndjson,csv" default:"ndjson"`
}

// exportLogs sends calls as they are read, the newest first.
func (c *Control) exportLogs(ctx context.Context, in *exportLogsInput) (*huma.StreamResponse, error) {
	log, asked, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	page := store.Paging{Limit: exportAtOnce}
	next := func(ctx context.Context) ([]LogRow, error) {
		ctx, cancel := context.WithTimeout(ctx, logQueryFor)
		defer cancel()
		entries, err := log.List(ctx, in.filter, page)
		if err != nil {
			return nil, c.explainLog(ctx, "read the log", err)
		}
		if len(entries) > 0 {
			page.After = store.PlaceOf(&entries[len(entries)-1])
		}
		return c.logRows(ctx, entries), nil
	}
	return rowExport[LogRow]{name: "calls", format: in.Format, head: csvHead, cells: csvRow, next: next}.response(asked, c)
}

var csvHead = []string{
	"timestamp", "id", "request_id", "parent_request_id", "session_id", "node", "worker", "operation", "provider", "model", "key",
	"virtual_key_id", "virtual_key_name", "team_id", "customer_id", "user_id", "end_user", "routing_rule_id", "status", "status_code",
	"error_type", "error_code", "error_message", "retries", "stream", "prompt_tokens", "completion_tokens", "cached_read_tokens",
	"reasoning_tokens", "estimated", "cost", "latency_ms", "queue_ms", "gateway_ms", "first_token_ms", "metadata",
}

func csvRow(r *LogRow) []string {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	decimal := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	var failed LogError
	if r.Error != nil {
		failed = *r.Error
	}
	var used LogUsage
	if r.Usage != nil {
		used = *r.Usage
	}
	metadata := ""
	if len(r.Metadata) > 0 {
		text, _ := json.Marshal(r.Metadata) // texts can be written
		metadata = string(text)
	}
	return []string{
		r.Timestamp.Format(time.RFC3339Nano), r.ID, r.RequestID, r.ParentRequestID, r.SessionID, r.Node, r.Worker, r.Operation,
		r.Provider, r.Model, r.KeyName, r.VirtualKeyID, r.VirtualKeyName, r.TeamID, r.CustomerID, r.UserID, r.EndUser, r.RuleID,
		r.Status, strconv.Itoa(r.StatusCode), failed.Type, failed.Code, failed.Message, strconv.Itoa(r.Retries),
		strconv.FormatBool(r.Stream), number(used.Prompt), number(used.Completion), number(used.CacheRead), number(used.Reasoning),
		strconv.FormatBool(used.Estimated), decimal(r.Cost), decimal(r.Latency), decimal(r.Times.Queue), decimal(r.Times.Gateway),
		decimal(r.Times.FirstToken), metadata,
	}
}
