package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// The outcomes of what was asked for.
const (
	Done    = "done"
	Refused = "refused" // nothing was changed
	Failed  = "failed"  // it is not certain what was changed
)

// Entry is one thing that somebody asked for.
type Entry struct {
	// Seq counts the entries, from 1, without a gap.
	Seq  int64
	Time time.Time
	// Kind, ID and Name are who asked.
	Kind, ID, Name string
	Address        string
	RequestID      string
	Operation      string
	// Object is what it was asked of: a path of the API.
	Object  string
	Outcome string
	Status  int
	Code    string // of a refusal
	// Changes are JSON, a list of [Change]; "" if there are none.
	Changes string
	// Previous is the hash of the entry before, "" for the first.
	Previous string
	Hash     string
}

// Change is what became of an object.
type Change struct {
	Object string          `json:"object"`
	Patch  json.RawMessage `json:"patch" doc:"A JSON patch (RFC 6902)."`
}

// Sum returns the hash that an entry must have: SHA-256 of the previous one's hash and,
// behind a line break, of the entry as a JSON array.
func (e *Entry) Sum() string {
	row, err := json.Marshal([]any{
		e.Seq, e.Time.UnixMicro(), e.Kind, e.ID, e.Name, e.Address, e.RequestID, e.Operation, e.Object,
		e.Outcome, e.Status, e.Code, e.Changes,
	})
	if err != nil { // no text or number fails
		panic(err)
	}
	sum := sha256.New()
	sum.Write([]byte(e.Previous + "\n"))
	sum.Write(row)
	return hex.EncodeToString(sum.Sum(nil))
}

// Link makes e the entry behind another, which is the zero Entry for the first.
func (e *Entry) Link(last *Entry) {
	e.Seq, e.Previous = last.Seq+1, last.Hash
	e.Hash = e.Sum()
}

// Filter says which entries are meant; an empty field is no condition.
type Filter struct {
	Since, Until time.Time // [Since, Until)
	Caller       string    // id or name of who asked
	Operation    string
	Object       string // the beginning of its path
	Outcome      string
}

// Log keeps entries. Safe for concurrent use, by several processes too: there is one
// chain.
type Log interface {
	// Append links entries to the end of the chain, all or none. They outlive the process
	// when it returns.
	Append(ctx context.Context, entries []Entry) error
	// Page returns entries that match, the newest first, before a number; 0 is no bound.
	Page(ctx context.Context, f Filter, before int64, limit int) ([]Entry, error)
	// After returns the entries behind a number, in order.
	After(ctx context.Context, seq int64, limit int) ([]Entry, error)
}
