package usage

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
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
	VirtualKey, Team, Customer string

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
	Metadata   map[string]string
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
		Took: r.Took, FirstToken: r.FirstToken,
	}
	if r.Metadata != "" {
		e.Metadata = parseMetadata(r.Metadata)
	}
	return e
}
