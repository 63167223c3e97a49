package subscribe

import (
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/usage"
)

// callEvent is a call that is over, as plugins are told of it.
type callEvent struct {
	CallID       string            `json:"call_id"`
	RequestID    string            `json:"request_id,omitempty"`
	Node         string            `json:"node,omitempty"`
	Worker       string            `json:"worker,omitempty"`
	Dialect      string            `json:"dialect,omitempty"`
	Op           string            `json:"op"`
	Provider     string            `json:"provider,omitempty"`
	Model        string            `json:"model,omitempty"`
	Key          string            `json:"key,omitempty"`
	VirtualKeyID string            `json:"virtual_key_id,omitempty"`
	Team         string            `json:"team,omitempty"`
	Customer     string            `json:"customer,omitempty"`
	User         string            `json:"user,omitempty"`
	EndUser      string            `json:"end_user,omitempty"`
	Session      string            `json:"session,omitempty"`
	Status       int               `json:"status"`
	Error        *callError        `json:"error,omitempty"`
	Attempts     int               `json:"attempts"`
	Stream       bool              `json:"stream,omitempty"`
	Truncated    bool              `json:"truncated,omitempty"`
	Shadow       bool              `json:"shadow,omitempty"`
	TookMS       float64           `json:"took_ms"`
	FirstTokenMS float64           `json:"first_token_ms,omitempty"`
	CostNano     int64             `json:"cost_nano"`
	Usage        *callUsage        `json:"usage,omitempty"`
	Marks        string            `json:"marks,omitempty"`
	Metadata     map[string]string `json:"metadata,omitempty"`
}

type callError struct {
	Code    string `json:"code,omitempty"`
	Class   string `json:"class,omitempty"`
	Message string `json:"message,omitempty"`
}

type callUsage struct {
	Input      int64 `json:"input"`
	CacheRead  int64 `json:"cache_read,omitempty"`
	CacheWrite int64 `json:"cache_write,omitempty"`
	Output     int64 `json:"output"`
	Reasoning  int64 `json:"reasoning,omitempty"`
	Estimated  bool  `json:"estimated,omitempty"`
}

// readCalls reads a batch for the ledger. Of a call whose usage becomes known better later
// there are two events.
func readCalls(m *message) ([]plugin.Event, error) {
	entries, err := usage.Decode(m.data)
	if err != nil {
		return nil, err
	}
	events := make([]plugin.Event, 0, len(entries))
	for i := range entries {
		e := &entries[i]
		told, err := one(plugin.EventCall, fmt.Sprintf("%s/%d", e.CallID, e.Certainty()), e.Time, newCallEvent(e))
		if err != nil {
			return nil, err
		}
		events = append(events, told...)
	}
	return events, nil
}

func newCallEvent(e *usage.Entry) *callEvent {
	c := &callEvent{
		CallID: e.CallID, RequestID: e.RequestID, Node: e.Node, Worker: e.Worker, Dialect: e.Dialect, Op: e.Op,
		Provider: e.Provider, Model: e.Model, Key: e.Key, VirtualKeyID: e.VirtualKey, Team: e.Team, Customer: e.Customer,
		User: e.User, EndUser: e.EndUser, Session: e.Session, Status: e.Status, Attempts: e.Attempts, Stream: e.Stream,
		Truncated: e.Truncated, Shadow: e.Shadow, TookMS: milliseconds(e.Took), FirstTokenMS: milliseconds(e.FirstToken),
		CostNano: e.CostNano, Marks: e.Marks, Metadata: e.Metadata,
	}
	if e.Code != "" || e.Class != "" {
		c.Error = &callError{Code: e.Code, Class: e.Class, Message: e.Message}
	}
	if u := &e.Usage; u.Known {
		c.Usage = &callUsage{u.Input, u.CacheRead, u.CacheWrite, u.Output, u.Reasoning, u.Estimated}
	}
	return c
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
