package control

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/danielgtaylor/huma/v2"
)

// toolLogRoutes are for the calls of tools, which are rows of the log as all calls are, in
// the shapes that Bifrost's API has for them.
func (c *Control) toolLogRoutes() {
	const path = "/api/mcp-logs"
	huma.Register(c.api, at(http.MethodGet, path, "list-mcp-logs", "List calls of tools"), c.listToolLogs)
	huma.Register(c.api, at(http.MethodDelete, path, "delete-mcp-logs", "Take calls of tools out of the log; what they cost still counts"), c.deleteToolLogs)
	huma.Register(c.api, at(http.MethodGet, path+"/{id}", "get-mcp-log", "Show a call of a tool"), c.getToolLog)
	c.toolFigureRoutes()
}

// ToolLogRow is a call of a tool.
type ToolLogRow struct {
	ID              string            `json:"id" doc:"The gateway's own, unique."`
	RequestID       string            `json:"request_id" doc:"What the caller knows the call by."`
	ParentRequestID string            `json:"llm_request_id,omitempty" doc:"The id of the call whose model, or whose script, wanted the tool; or what its caller has named so."`
	SessionID       string            `json:"session_id,omitempty"`
	Timestamp       time.Time         `json:"timestamp" doc:"When it began."`
	Tool            string            `json:"tool_name" doc:"As its server names it."`
	Server          string            `json:"server_label" doc:"The name of the MCP server's client."`
	VirtualKeyID    string            `json:"virtual_key_id,omitempty"`
	VirtualKeyName  string            `json:"virtual_key_name,omitempty"`
	TeamID          string            `json:"team_id,omitempty"`
	CustomerID      string            `json:"customer_id,omitempty"`
	UserID          string            `json:"user_id,omitempty"`
	EndUser         string            `json:"end_user,omitempty"`
	Node            string            `json:"node"`
	Status          string            `json:"status" enum:"success,error,cancelled" doc:"A tool that answers that it has failed has succeeded in answering: see is_error of its result."`
	StatusCode      int               `json:"status_code"`
	Error           *LogError         `json:"error_details,omitempty"`
	Latency         float64           `json:"latency" doc:"In milliseconds."`
	Cost            float64           `json:"cost" doc:"In dollars."`
	CostNano        int64             `json:"cost_nano" doc:"In billionths of a dollar."`
	Marks           string            `json:"marks,omitempty" doc:"Of plugins and guardrails."`
	Metadata        map[string]string `json:"metadata,omitempty"`
	Arguments       *LogBody          `json:"arguments,omitempty" doc:"What the tool was given, where that is kept, and one call is asked for."`
	Result          *LogBody          `json:"result,omitempty" doc:"What it has said, as the protocol has it."`
}

func (c *Control) toolLogRows(ctx context.Context, entries []usage.Entry) []ToolLogRow {
	names := c.keyNames(ctx)
	rows := make([]ToolLogRow, len(entries))
	for i := range entries {
		rows[i] = toolLogRow(&entries[i])
		rows[i].VirtualKeyName = names(rows[i].VirtualKeyID)
	}
	return rows
}

func toolLogRow(e *usage.Entry) ToolLogRow {
	r := logRow(e)
	return ToolLogRow{
		ID: r.ID, RequestID: r.RequestID, ParentRequestID: r.ParentRequestID, SessionID: r.SessionID, Timestamp: r.Timestamp,
		Tool: r.Model, Server: r.Provider, VirtualKeyID: r.VirtualKeyID, TeamID: r.TeamID, CustomerID: r.CustomerID,
		UserID: r.UserID, EndUser: r.EndUser, Node: r.Node, Status: r.Status, StatusCode: r.StatusCode, Error: r.Error,
		Latency: r.Latency, Cost: r.Cost, CostNano: r.CostNano, Marks: r.Marks, Metadata: r.Metadata,
	}
}

// ofTool says whether a call is one of a tool.
func ofTool(e *usage.Entry) bool { return e.Op == api.OpTool.String() }

type listToolLogsInput struct {
	ToolLogQuery
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	Offset int    `query:"offset" minimum:"0" maximum:"100000" doc:"Calls to pass over. after is faster, and new calls shift nothing under it."`
	After  string `query:"after" maxLength:"200" doc:"Begin behind a page before: its next_cursor. In the order of time only."`
	SortBy string `query:"sort_by" enum:"timestamp,latency,cost" default:"timestamp"`
	Order  string `query:"order" enum:"asc,desc" default:"desc"`
}

type listToolLogsOutput struct {
	Body struct {
		Logs       []ToolLogRow `json:"logs"`
		Pagination Pagination   `json:"pagination"`
		HasLogs    bool         `json:"has_logs" doc:"Whether there are calls of this kind."`
	}
}

func (c *Control) listToolLogs(ctx context.Context, in *listToolLogsInput) (*listToolLogsOutput, error) {
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	entries, page, err := c.logPage(ctx, log, in.filter, &Pagination{Limit: in.Limit, Offset: in.Offset, SortBy: in.SortBy, Order: in.Order}, in.After)
	if err != nil {
		return nil, err
	}
	if page.TotalCount, err = log.Count(ctx, in.filter, countMost); err != nil {
		return nil, c.explainLog(ctx, "count the calls", err)
	}
	out := &listToolLogsOutput{}
	out.Body.Logs, out.Body.Pagination, out.Body.HasLogs = c.toolLogRows(ctx, entries), *page, page.TotalCount > 0
	return out, nil
}

type toolLogOutput struct {
	Body ToolLogRow
}

func (c *Control) getToolLog(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"200" doc:"The gateway's id of the call."`
},
) (*toolLogOutput, error) {
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	e, err := log.Find(ctx, in.ID)
	if err == nil && !ofTool(e) {
		err = store.ErrNoCall
	}
	if err != nil {
		return nil, c.explainLog(ctx, "read the call", err)
	}
	said, err := log.Transcript(ctx, in.ID)
	if err != nil {
		return nil, c.explainLog(ctx, "read what was said in the call", err)
	}
	row := c.toolLogRows(ctx, []usage.Entry{*e})[0]
	if said != nil {
		arguments, result := bodyOf(&said.Request), bodyOf(&said.Response)
		row.Arguments, row.Result = &arguments, &result
	}
	return &toolLogOutput{row}, nil
}

func (c *Control) deleteToolLogs(ctx context.Context, in *deleteLogsInput) (*deleteLogsOutput, error) {
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	var ids []string
	for _, id := range in.Body.IDs {
		e, err := log.Find(ctx, id)
		if err != nil && !errors.Is(err, store.ErrNoCall) {
			return nil, c.explainLog(ctx, "read the call", err)
		}
		if err == nil && ofTool(e) { // others are no business of this path
			ids = append(ids, id)
		}
	}
	out := &deleteLogsOutput{}
	if out.Body.Deleted, err = log.Hide(ctx, ids); err != nil {
		return nil, c.explainLog(ctx, "take calls out of the log", err)
	}
	out.Body.Message = "MCP logs deleted"
	return out, nil
}
