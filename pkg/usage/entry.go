package usage

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// Entry is what the ledger keeps of one call. Times are kept to the microsecond.
type Entry struct {
	CallID    string // of the gateway's making; the ledger has one entry for each
	RequestID string // what the caller knows the call by; not unique
	Time      time.Time
	Node      string // the edge that took the call
	Worker    string // who served it, if it was another
	Dialect   string
	Op        string
	Provider  string
	Model     string
	Key       string // name of the provider's key

	// Who is charged, by id; each may be empty.
	VirtualKey, Team, Customer, User string

	Status    int
	Code      string // of the error, if it failed
	Attempts  int
	Stream    bool
	Truncated bool // the stream broke off
	Billed    bool // a try failed in a way that the provider may charge for
	Usage     api.Usage
	CostNano  int64 // nano-dollars

	Took       time.Duration
	FirstToken time.Duration // 0 for none
	Queue      time.Duration // of Took, what was waited for slots
	Own        time.Duration // of Took, what the gateway itself needed
	Metadata   map[string]string

	EndUser  string // of the caller's own users
	Session  string
	Parent   string // the request that this one was made for
	RuleID   string // the routing rule that chose
	RuleName string
	Choice   *Choice // how the rule has chosen; nil where that is not known
	Fallback int     // which of the call's candidates answered, or was last tried
	Shadow   bool    // a copy of a call, whose answer nobody got
	Marks    string  // of caches, plugins and guardrails, with commas between them
	Class    string  // of the error
	Message  string  // of the error, without secrets
	Tries    []Try   // when more than one was made, or the only one failed
}

// Try is one time that a provider was asked. Its times are kept to the microsecond.
type Try struct {
	Provider string        `json:"provider,omitempty"`
	Model    string        `json:"model,omitempty"`
	Key      string        `json:"key,omitempty"`
	Worker   string        `json:"worker,omitempty"`
	Status   int           `json:"status,omitempty"`
	Class    string        `json:"class,omitempty"`
	Code     string        `json:"code,omitempty"`
	Started  time.Duration `json:"started"` // since the call began
	Took     time.Duration `json:"took"`
}

// Certainty says how well a call's usage is known: 2 as the provider measured it,
// 1 estimated, 0 not at all. Of two entries of a call the more certain one counts.
func (e *Entry) Certainty() int {
	switch {
	case !e.Usage.Known:
		return 0
	case e.Usage.Estimated:
		return 1
	}
	return 2
}

// entryOf returns the entry of a record. It borrows the record's strings.
func entryOf(r *telemetry.Record, node string) Entry {
	e := Entry{
		CallID: r.CallID.Borrow(), RequestID: r.RequestID.Borrow(), Time: r.Time, Node: node, Worker: r.Worker,
		Dialect: r.Dialect, Op: r.Op.String(), Provider: r.Provider, Model: r.Model.Borrow(), Key: r.Key,
		VirtualKey: r.VirtualKeyID, Team: r.Team, Customer: r.Customer,
		Status: r.Status, Code: r.Code.Borrow(), Attempts: r.Attempts,
		Stream: r.Stream, Truncated: r.Truncated, Billed: r.Billed, Usage: r.Usage, CostNano: r.CostNano,
		Took: r.Took, FirstToken: r.FirstToken, Queue: r.Queue, Own: r.Own,
		User: r.User, Fallback: r.Fallback, Shadow: r.Shadow,
	}
	if r.Detail != nil {
		e.detail(r.Detail)
	}
	if r.Metadata != "" {
		e.Metadata = parseMetadata(r.Metadata)
	}
	return e
}

// maxTries bounds the tries that are kept of a call.
const maxTries = 32

func (e *Entry) detail(d *telemetry.Detail) {
	e.EndUser, e.Session, e.Parent = d.EndUser, d.Session, d.Parent
	e.RuleID, e.RuleName, e.Marks = d.RuleID, d.RuleName, d.Marks
	e.Choice = choiceOf(d.Choice)
	e.Class, e.Message = d.Class, secret.RedactKept(d.Message)
	for _, t := range d.Tries[:min(len(d.Tries), maxTries)] {
		e.Tries = append(e.Tries, Try(t))
	}
}
