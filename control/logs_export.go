package control

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/report"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

type exportLogsInput struct {
	LogQuery
	Format string `query:"format" enum:"ndjson,csv" default:"ndjson"`
}

// exportAtOnce bounds what of an export is in memory.
const exportAtOnce = 500

// exportLogs sends calls as they are read, the newest first. What goes wrong once it has
// begun breaks the answer off.
func (c *Control) exportLogs(ctx context.Context, in *exportLogsInput) (*huma.StreamResponse, error) {
	log, asked, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	// The first page tells whether it can be read at all.
	page := store.Paging{Limit: exportAtOnce}
	entries, err := log.List(asked, in.filter, page)
	if err != nil {
		return nil, c.explainLog(asked, "read the log", err)
	}
	return &huma.StreamResponse{Body: func(to huma.Context) {
		write := exportNDJSON
		contentType := "application/x-ndjson"
		if in.Format == "csv" {
			write, contentType = exportCSV(), "text/csv; charset=utf-8"
		}
		to.SetHeader("Content-Type", contentType)
		to.SetHeader("Content-Disposition", `attachment; filename="calls.`+in.Format+`"`)
		if err := write(to.BodyWriter(), nil); err != nil { // the head of a table, also of none
			return
		}
		for len(entries) > 0 {
			if err := write(to.BodyWriter(), c.logRows(to.Context(), entries)); err != nil {
				return // the caller has gone
			}
			page.After = store.PlaceOf(&entries[len(entries)-1])
			ctx, cancel := context.WithTimeout(to.Context(), logQueryFor)
			entries, err = log.List(ctx, in.filter, page)
			cancel()
			if err != nil {
				c.log.Warn("an export of calls broke off", "error", err)
				panic(http.ErrAbortHandler) // or it would look whole
			}
		}
	}}, nil
}

func exportNDJSON(to io.Writer, rows []LogRow) error {
	e := json.NewEncoder(to)
	e.SetEscapeHTML(false)
	for i := range rows {
		if err := e.Encode(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

var csvHead = []string{
	"timestamp", "id", "request_id", "parent_request_id", "session_id", "node", "worker", "operation", "provider", "model", "key",
	"virtual_key_id", "virtual_key_name", "team_id", "customer_id", "user_id", "end_user", "routing_rule_id", "status", "status_code",
	"error_type", "error_code", "error_message", "retries", "stream", "prompt_tokens", "completion_tokens", "cached_read_tokens",
	"reasoning_tokens", "estimated", "cost", "latency_ms", "queue_ms", "gateway_ms", "first_token_ms", "metadata",
}

// exportCSV begins a table.
func exportCSV() func(io.Writer, []LogRow) error {
	begun := false
	return func(to io.Writer, rows []LogRow) error {
		w := csv.NewWriter(to)
		if !begun {
			begun = true
			if err := w.Write(csvHead); err != nil {
				return err
			}
		}
		for i := range rows {
			if err := w.Write(csvRow(&rows[i])); err != nil {
				return err
			}
		}
		w.Flush()
		return w.Error()
	}
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
	cells := []string{
		r.Timestamp.Format(time.RFC3339Nano), r.ID, r.RequestID, r.ParentRequestID, r.SessionID, r.Node, r.Worker, r.Operation,
		r.Provider, r.Model, r.KeyName, r.VirtualKeyID, r.VirtualKeyName, r.TeamID, r.CustomerID, r.UserID, r.EndUser, r.RuleID,
		r.Status, strconv.Itoa(r.StatusCode), failed.Type, failed.Code, failed.Message, strconv.Itoa(r.Retries),
		strconv.FormatBool(r.Stream), number(used.Prompt), number(used.Completion), number(used.CacheRead), number(used.Reasoning),
		strconv.FormatBool(used.Estimated), decimal(r.Cost), decimal(r.Latency), decimal(r.Times.Queue), decimal(r.Times.Gateway),
		decimal(r.Times.FirstToken), metadata,
	}
	for i, cell := range cells {
		cells[i] = report.Defused(cell)
	}
	return cells
}
