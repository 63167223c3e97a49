package control

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) logRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/logs", "list-logs", "List calls"), c.listLogs)
	huma.Register(c.api, at(http.MethodDelete, "/api/logs", "delete-logs", "Take calls out of the log; what they used still counts"), c.deleteLogs)
	huma.Register(c.api, at(http.MethodGet, "/api/logs/export", "export-logs", "Export calls as NDJSON or CSV"), c.exportLogs)
	huma.Register(c.api, at(http.MethodGet, "/api/logs/dropped", "get-dropped-logs", "Show how many calls have left no row"), c.droppedLogs)
	huma.Register(c.api, at(http.MethodGet, "/api/logs/{id}", "get-log", "Show a call"), c.getLog)
	c.costRoutes()
	c.figureRoutes()
}

// logQueryFor bounds a query, so that one that reads too much holds up no other.
const logQueryFor = 20 * time.Second

// calls returns the log of calls and a context to ask it in, or why there is none now.
func (c *Control) calls(ctx context.Context) (store.Log, context.Context, context.CancelFunc, error) {
	s, err := c.store()
	if err != nil {
		return nil, nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, logQueryFor)
	return teamLog{changingLog{s.Log(), &c.sharedFigures}}, ctx, cancel, nil
}

// explainLog is explain for a query of the log.
func (c *Control) explainLog(ctx context.Context, doing string, err error) error {
	if ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
		return refuse(http.StatusGatewayTimeout, "query_too_slow", "The query took longer than "+logQueryFor.String()+". Give it a shorter time (start_time, end_time), or filter by a key, model or provider.")
	}
	return c.explain(doing, err)
}

type listLogsInput struct {
	LogQuery
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	Offset int    `query:"offset" minimum:"0" maximum:"100000" doc:"Calls to pass over. after is faster, and new calls shift nothing under it."`
	After  string `query:"after" maxLength:"200" doc:"Begin behind a page before: its next_cursor. In the order of time only."`
	SortBy string `query:"sort_by" enum:"timestamp,latency,tokens,cost" default:"timestamp"`
	Order  string `query:"order" enum:"asc,desc" default:"desc"`
}

// Pagination says which part of a list it is.
type Pagination struct {
	Limit      int    `json:"limit"`
	Offset     int    `json:"offset"`
	SortBy     string `json:"sort_by"`
	Order      string `json:"order"`
	TotalCount int64  `json:"total_count" doc:"How many calls there are of this kind, counted up to 10000 where rows have to be read for it."`
	NextCursor string `json:"next_cursor,omitempty" doc:"Where the next page begins, for after; absent on the last page, and in other orders than that of time."`
}

type listLogsOutput struct {
	Body struct {
		Logs       []LogRow   `json:"logs"`
		Pagination Pagination `json:"pagination"`
		Stats      LogStats   `json:"stats"`
		HasLogs    bool       `json:"has_logs" doc:"Whether there are calls of this kind."`
	}
}

// countMost bounds what is counted row by row.
const countMost = 10_000

var sorts = map[string]store.Sort{"timestamp": store.SortTime, "latency": store.SortLatency, "tokens": store.SortTokens, "cost": store.SortCost}

func (c *Control) listLogs(ctx context.Context, in *listLogsInput) (*listLogsOutput, error) {
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	entries, page, err := c.logPage(ctx, log, in.filter, &Pagination{Limit: in.Limit, Offset: in.Offset, SortBy: in.SortBy, Order: in.Order}, in.After)
	if err != nil {
		return nil, err
	}
	out := &listLogsOutput{}
	out.Body.Logs = c.logRows(ctx, entries)
	if out.Body.Stats, page.TotalCount, err = c.statsOf(ctx, log, in.filter); err != nil {
		return nil, err
	}
	out.Body.Pagination, out.Body.HasLogs = *page, page.TotalCount > 0
	return out, nil
}

// logPage reads a page of calls, and says where the next one begins.
func (c *Control) logPage(ctx context.Context, log store.Log, f store.LogFilter, page *Pagination, after string) ([]usage.Entry, *Pagination, error) {
	p := store.Paging{Sort: sorts[page.SortBy], Ascending: page.Order == "asc", Offset: page.Offset, Limit: page.Limit}
	var err error
	if after != "" {
		if p.After, err = placeOf(after); err != nil || p.Sort != store.SortTime {
			return nil, nil, invalid("query.after", "must be the next_cursor of a page in the order of time")
		}
	}
	entries, err := log.List(ctx, f, p)
	if err != nil {
		return nil, nil, c.explainLog(ctx, "read the log", err)
	}
	if len(entries) == p.Limit && p.Sort == store.SortTime {
		page.NextCursor = cursorOf(&entries[len(entries)-1])
	}
	return entries, page, nil
}

func cursorOf(e *usage.Entry) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", e.Time.UnixMicro(), e.CallID))
}

func placeOf(cursor string) (store.Place, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return store.Place{}, err
	}
	at, id, _ := strings.Cut(string(text), " ")
	us, err := strconv.ParseInt(at, 10, 64)
	return store.Place{Time: time.UnixMicro(us), CallID: id}, err
}

type logOutput struct {
	Body LogRow
}

func (c *Control) getLog(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"200" doc:"The gateway's id of the call."`
},
) (*logOutput, error) {
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	e, err := log.Find(ctx, in.ID)
	if err != nil {
		return nil, c.explainLog(ctx, "read the call", err)
	}
	said, err := log.Transcript(ctx, in.ID)
	if err != nil {
		return nil, c.explainLog(ctx, "read what was said in the call", err)
	}
	row := c.logRows(ctx, []usage.Entry{*e})[0]
	row.Content = contentOf(said)
	return &logOutput{row}, nil
}

type deleteLogsInput struct {
	Body struct {
		IDs []string `json:"ids" minItems:"1" maxItems:"1000" doc:"The gateway's ids of the calls."`
	}
}

type deleteLogsOutput struct {
	Body struct {
		Message string `json:"message"`
		Deleted int    `json:"deleted"`
	}
}

func (c *Control) deleteLogs(ctx context.Context, in *deleteLogsInput) (*deleteLogsOutput, error) {
	log, ctx, cancel, err := c.calls(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	out := &deleteLogsOutput{}
	if out.Body.Deleted, err = log.Hide(ctx, in.Body.IDs); err != nil {
		return nil, c.explainLog(ctx, "take calls out of the log", err)
	}
	out.Body.Message = "Logs deleted"
	return out, nil
}

type droppedLogsOutput struct {
	Body struct {
		Dropped int64           `json:"dropped_requests" doc:"Calls of live nodes that have left no row, since each began."`
		Nodes   []DroppedOfNode `json:"nodes"`
	}
}

// DroppedOfNode is what of a node's calls has not come to the log.
type DroppedOfNode struct {
	Node    string `json:"node"`
	Dropped int64  `json:"dropped"`
	Waiting int64  `json:"waiting_bytes" doc:"What waits on the node's disk to be told."`
}

func (c *Control) droppedLogs(context.Context, *struct{}) (*droppedLogsOutput, error) {
	out := &droppedLogsOutput{}
	out.Body.Nodes = []DroppedOfNode{}
	for _, s := range c.o.Nodes.List() {
		n := DroppedOfNode{Node: s.Node, Dropped: s.Usage.Lost, Waiting: s.Usage.Spooled}
		out.Body.Dropped += n.Dropped
		out.Body.Nodes = append(out.Body.Nodes, n)
	}
	return out, nil
}
