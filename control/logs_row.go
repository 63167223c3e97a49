package control

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// LogRow is a call, with the names that Bifrost's API has for its fields where it has one.
type LogRow struct {
	ID              string            `json:"id" doc:"The gateway's own, unique."`
	RequestID       string            `json:"request_id" doc:"What the caller knows the call by."`
	ParentRequestID string            `json:"parent_request_id,omitempty"`
	SessionID       string            `json:"session_id,omitempty"`
	Timestamp       time.Time         `json:"timestamp" doc:"When it began."`
	Object          string            `json:"object"`
	Operation       string            `json:"operation"`
	Dialect         string            `json:"dialect"`
	Provider        string            `json:"provider"`
	Model           string            `json:"model"`
	Retries         int               `json:"number_of_retries" doc:"Tries behind the first."`
	FallbackIndex   int               `json:"fallback_index"`
	KeyID           string            `json:"selected_key_id"`
	KeyName         string            `json:"selected_key_name"`
	VirtualKeyID    string            `json:"virtual_key_id,omitempty"`
	VirtualKeyName  string            `json:"virtual_key_name,omitempty"`
	TeamID          string            `json:"team_id,omitempty"`
	CustomerID      string            `json:"customer_id,omitempty"`
	UserID          string            `json:"user_id,omitempty"`
	EndUser         string            `json:"end_user,omitempty"`
	Engines         []string          `json:"routing_engines_used"`
	RuleID          string            `json:"routing_rule_id,omitempty"`
	RuleName        string            `json:"routing_rule_name,omitempty"`
	Node            string            `json:"node"`
	Worker          string            `json:"worker,omitempty"`
	Status          string            `json:"status" enum:"success,error,cancelled"`
	StatusCode      int               `json:"status_code"`
	Error           *LogError         `json:"error_details,omitempty"`
	Stream          bool              `json:"stream"`
	Truncated       bool              `json:"truncated" doc:"The stream broke off."`
	Billed          bool              `json:"possibly_billed" doc:"A try failed that the provider may charge for."`
	Shadow          bool              `json:"shadow" doc:"A copy of a call, for a trial."`
	Usage           *LogUsage         `json:"token_usage,omitempty" doc:"Absent where it is not known."`
	Cost            float64           `json:"cost" doc:"In dollars."`
	CostNano        int64             `json:"cost_nano" doc:"In billionths of a dollar."`
	Latency         float64           `json:"latency" doc:"In milliseconds."`
	Times           LogTimes          `json:"times"`
	Attempts        []LogAttempt      `json:"attempts,omitempty" doc:"Each try, where there was more than one or the only one failed."`
	Marks           string            `json:"marks,omitempty" doc:"Of caches, plugins and guardrails."`
	Metadata        map[string]string `json:"metadata,omitempty"`
	Content         *LogContent       `json:"content,omitempty" doc:"What was said, where that is kept, and one call is asked for."`
}

// LogError is how a call failed.
type LogError struct {
	Type    string `json:"type,omitempty" doc:"Its class."`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty" doc:"Without what looks like a secret."`
}

// LogUsage is what a call has used.
type LogUsage struct {
	Prompt     int64 `json:"prompt_tokens"`
	Completion int64 `json:"completion_tokens"`
	Total      int64 `json:"total_tokens"`
	CacheRead  int64 `json:"cached_read_tokens"`
	CacheWrite int64 `json:"cached_write_tokens"`
	Reasoning  int64 `json:"reasoning_tokens"`
	Images     int64 `json:"images,omitempty"`
	Units      int64 `json:"units,omitempty" doc:"What else is charged for: searches, characters, seconds."`
	Estimated  bool  `json:"estimated" doc:"The provider has not said it."`
}

// LogTimes is where a call's time went, in milliseconds.
type LogTimes struct {
	Queue      float64 `json:"queue_ms" doc:"Waiting for a connection's slot."`
	Gateway    float64 `json:"gateway_ms" doc:"The gateway itself."`
	FirstToken float64 `json:"first_token_ms,omitempty" doc:"To the first event of a stream."`
	Provider   float64 `json:"provider_ms" doc:"The rest: the provider, and pauses between tries."`
}

// LogAttempt is a try.
type LogAttempt struct {
	Provider string  `json:"provider"`
	Model    string  `json:"model"`
	Key      string  `json:"key_name,omitempty"`
	Worker   string  `json:"worker,omitempty"`
	Status   int     `json:"status_code"`
	Class    string  `json:"error_type,omitempty"`
	Code     string  `json:"error_code,omitempty"`
	Started  float64 `json:"started_ms" doc:"Since the call began."`
	Took     float64 `json:"took_ms"`
}

var outcomeNames = [...]string{store.Succeeded: "success", store.Failed: "error", store.Canceled: "cancelled"}

func (c *Control) logRows(ctx context.Context, entries []usage.Entry) []LogRow {
	names := c.keyNames(ctx)
	rows := make([]LogRow, len(entries))
	for i := range entries {
		rows[i] = logRow(&entries[i])
		rows[i].VirtualKeyName = names(rows[i].VirtualKeyID)
	}
	return rows
}

func logRow(e *usage.Entry) LogRow {
	r := LogRow{
		ID: e.CallID, RequestID: e.RequestID, ParentRequestID: e.Parent, SessionID: e.Session, Timestamp: e.Time,
		Object: objectOf(e.Op, e.Stream), Operation: e.Op, Dialect: e.Dialect, Provider: e.Provider, Model: e.Model,
		Retries: max(e.Attempts-1, 0), FallbackIndex: e.Fallback, KeyID: e.Key, KeyName: e.Key,
		VirtualKeyID: e.VirtualKey, TeamID: e.Team, CustomerID: e.Customer, UserID: e.User, EndUser: e.EndUser,
		Engines: []string{}, RuleID: e.RuleID, RuleName: e.RuleName, Node: e.Node, Worker: e.Worker,
		Status: outcomeNames[store.OutcomeOf(e)], StatusCode: e.Status,
		Stream: e.Stream, Truncated: e.Truncated, Billed: e.Billed, Shadow: e.Shadow,
		Cost: dollars(e.CostNano), CostNano: e.CostNano, Latency: ms(e.Took), Marks: e.Marks, Metadata: e.Metadata,
		Times: LogTimes{Queue: ms(e.Queue), Gateway: ms(e.Own), FirstToken: ms(e.FirstToken), Provider: ms(max(e.Took-e.Queue-e.Own, 0))},
	}
	if e.RuleID != "" {
		r.Engines = append(r.Engines, "routing-rule")
	}
	if e.Code != "" || e.Message != "" {
		r.Error = &LogError{Type: e.Class, Code: e.Code, Message: e.Message}
	}
	if u := &e.Usage; u.Known {
		r.Usage = &LogUsage{
			Prompt: u.Input, Completion: u.Output, Total: u.Input + u.Output, CacheRead: u.CacheRead, CacheWrite: u.CacheWrite,
			Reasoning: u.Reasoning, Images: u.Images, Units: u.Units, Estimated: u.Estimated,
		}
	}
	for _, t := range e.Tries {
		r.Attempts = append(r.Attempts, LogAttempt{
			Provider: t.Provider, Model: t.Model, Key: t.Key, Worker: t.Worker, Status: t.Status, Class: t.Class, Code: t.Code,
			Started: ms(t.Started), Took: ms(t.Took),
		})
	}
	return r
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func dollars(nano int64) float64 { return float64(nano) / 1e9 }

// keyNames returns what virtual keys are called, "" for one that is not known any more.
// Each is looked up once.
func (c *Control) keyNames(ctx context.Context) func(id string) string {
	names := map[string]string{"": ""}
	if cfg, err := c.NewestConfig(ctx); err == nil {
		for i := range cfg.Governance.VirtualKeys {
			vk := &cfg.Governance.VirtualKeys[i]
			names[vk.ID] = vk.Name
		}
	}
	return func(id string) string {
		name, known := names[id]
		if !known {
			if r, err := c.o.Keys.Find(ctx, id); err == nil {
				name = r.Name
			}
			names[id] = name
		}
		return name
	}
}
