package control

import (
	"errors"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

// ToolLogQuery is the query that all reads of tools' calls have in common. Lists are
// separated by commas; of the values of one any may hold.
type ToolLogQuery struct {
	Tools       []string `query:"tool_names" doc:"As their servers name them."`
	Servers     []string `query:"server_labels" doc:"Names of MCP servers' clients."`
	Status      []string `query:"status" doc:"success, error, cancelled or processing."`
	VirtualKeys []string `query:"virtual_key_ids"`
	Teams       []string `query:"team_ids"`
	Customers   []string `query:"customer_ids"`
	Users       []string `query:"user_ids"`
	Nodes       []string `query:"nodes"`
	Parents     []string `query:"llm_request_ids" maxItems:"1" doc:"The id of the call whose model, or whose script, wanted the tool."`

	StartTime time.Time `query:"start_time"`
	EndTime   time.Time `query:"end_time" doc:"Calls that began at this time or later are left out."`

	MinLatency float64 `query:"min_latency" minimum:"0" doc:"In milliseconds."`
	MaxLatency float64 `query:"max_latency" minimum:"0"`

	Content   string `query:"content_search" maxLength:"500" doc:"A text in the message of the error, or words of the arguments or the result, where they are kept."`
	RequestID string `query:"request_id" maxLength:"200"`
	Session   string `query:"session_id" maxLength:"256"`
	EndUser   string `query:"end_user" maxLength:"256"`
	Code      string `query:"error_code" maxLength:"200"`
	Class     string `query:"error_class" maxLength:"200"`

	filter store.LogFilter
}

// Resolve implements huma.Resolver: it makes the store's filter of the query.
func (f *ToolLogQuery) Resolve(ctx huma.Context) []error {
	calls := LogQuery{
		Models: f.Tools, Providers: f.Servers, Status: f.Status, Objects: []string{api.OpTool.String()},
		VirtualKeys: f.VirtualKeys, Teams: f.Teams, Customers: f.Customers, Users: f.Users, Nodes: f.Nodes,
		StartTime: f.StartTime, EndTime: f.EndTime, MinLatency: f.MinLatency, MaxLatency: f.MaxLatency,
		Content: f.Content, RequestID: f.RequestID, Session: f.Session, EndUser: f.EndUser, Code: f.Code, Class: f.Class,
	}
	if len(f.Parents) > 0 {
		calls.Parent = f.Parents[0]
	}
	faults := calls.Resolve(ctx)
	for _, fault := range faults { // as this query calls it
		var d *huma.ErrorDetail
		if errors.As(fault, &d) {
			switch d.Location {
			case "query.models":
				d.Location = "query.tool_names"
			case "query.providers":
				d.Location = "query.server_labels"
			}
		}
	}
	f.filter = calls.filter
	return faults
}
