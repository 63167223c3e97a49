package batch

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/asbru-gateway/asbru/pkg/files"
)

// Status is how far a batch has come, in OpenAI's words.
type Status string

// The statuses. The last four are ends.
const (
	Validating Status = "validating"
	InProgress Status = "in_progress"
	Finalizing Status = "finalizing"
	Cancelling Status = "cancelling"
	Completed  Status = "completed"
	Failed     Status = "failed"
	Expired    Status = "expired"
	Cancelled  Status = "cancelled"
)

// Ended says whether nothing happens any more with a batch in this status.
func (s Status) Ended() bool {
	return s == Completed || s == Failed || s == Expired || s == Cancelled
}

// Batch is what the cluster knows of a batch. Times are those of the nodes' clocks.
type Batch struct {
	ID    string `json:"-"`
	owner string

	Status   Status            `json:"status"`
	Endpoint string            `json:"endpoint"`
	Input    string            `json:"input"` // id of the file
	Window   string            `json:"window"`
	Metadata map[string]string `json:"metadata,omitempty"`
	Errors   []Fault           `json:"errors,omitempty"` // why it has failed

	Created    time.Time `json:"created"`
	Expires    time.Time `json:"expires"`
	Begun      time.Time `json:"begun,omitzero"`
	Finalizing time.Time `json:"finalizing,omitzero"`
	Cancelling time.Time `json:"cancelling,omitzero"`
	Ended      time.Time `json:"ended,omitzero"`

	Counts Counts `json:"counts"`
	// GivenUp are those of the failed lines that were not run at all.
	GivenUp int `json:"given_up,omitempty"`
	// Ending is how the batch ends when its files are there; "": lines are still to be run.
	Ending Status `json:"ending,omitempty"`
	// Runner is the number of the last one.
	Runner uint64 `json:"runner"`
	// Done says which lines have their results in the files.
	Done   lines `json:"done,omitzero"`
	Output out   `json:"output"`
	Faults out   `json:"faults"`

	revision uint64
}

// Counts are how many lines there are, and what has become of them.
type Counts struct {
	Total     int `json:"total"`
	Completed int `json:"completed"`
	Failed    int `json:"failed"`
}

// Fault is what is wrong with an input file.
type Fault struct {
	Kind    string `json:"code"`
	Line    *int   `json:"line"`
	Message string `json:"message"`
	Param   string `json:"param,omitempty"`
}

// out is a file of results: its id once it is there, and what it is made of.
type out struct {
	ID        string          `json:"id,omitempty"`
	Kept      bool            `json:"kept,omitempty"` // the file is there
	Stretches []files.Stretch `json:"stretches,omitempty"`
}

func (o *out) bytes() (n int64) {
	for _, st := range o.Stretches {
		n += st.Bytes
	}
	return n
}

// stretch is where a runner notes the parts that it writes.
func (o *out) stretch(runner uint64) *files.Stretch {
	if n := len(o.Stretches); n == 0 || o.Stretches[n-1].Writer != runner {
		o.Stretches = append(o.Stretches, files.Stretch{Writer: runner})
	}
	return &o.Stretches[len(o.Stretches)-1]
}

// Errors of a [Store].
var (
	// ErrNotFound: there is no such batch, or it is another owner's.
	ErrNotFound = errors.New("batch: not found")
	// ErrReused: the idempotency key was used for another batch.
	ErrReused = errors.New("batch: the idempotency key was used for another request")
	// ErrEnded: the batch has ended already.
	ErrEnded = errors.New("batch: has ended already")
)

// description is a batch as OpenAI's API shows it.
type description struct {
	ID               string            `json:"id"`
	Object           string            `json:"object"`
	Endpoint         string            `json:"endpoint"`
	Errors           *faults           `json:"errors"`
	InputFileID      string            `json:"input_file_id"`
	CompletionWindow string            `json:"completion_window"`
	Status           Status            `json:"status"`
	OutputFileID     *string           `json:"output_file_id"`
	ErrorFileID      *string           `json:"error_file_id"`
	CreatedAt        int64             `json:"created_at"`
	InProgressAt     *int64            `json:"in_progress_at"`
	ExpiresAt        int64             `json:"expires_at"`
	FinalizingAt     *int64            `json:"finalizing_at"`
	CompletedAt      *int64            `json:"completed_at"`
	FailedAt         *int64            `json:"failed_at"`
	ExpiredAt        *int64            `json:"expired_at"`
	CancellingAt     *int64            `json:"cancelling_at"`
	CancelledAt      *int64            `json:"cancelled_at"`
	RequestCounts    Counts            `json:"request_counts"`
	Metadata         map[string]string `json:"metadata"`
}

type faults struct {
	Object string  `json:"object"`
	Data   []Fault `json:"data"`
}

// Results are the ids of its files of results, once they are there.
func (b *Batch) Results() (ids []string) {
	for _, o := range []*out{&b.Output, &b.Faults} {
		if o.Kept {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// Describe returns a batch as OpenAI's API shows it.
func (b *Batch) Describe() []byte {
	d := description{
		ID: b.ID, Object: "batch", Endpoint: b.Endpoint, InputFileID: b.Input, CompletionWindow: b.Window, Status: b.Status,
		OutputFileID: b.Output.shown(), ErrorFileID: b.Faults.shown(),
		CreatedAt: b.Created.Unix(), InProgressAt: at(b.Begun), ExpiresAt: b.Expires.Unix(),
		FinalizingAt: at(b.Finalizing), CancellingAt: at(b.Cancelling), RequestCounts: b.Counts, Metadata: b.Metadata,
	}
	if len(b.Errors) > 0 {
		d.Errors = &faults{"list", b.Errors}
	}
	switch ended := at(b.Ended); b.Status {
	case Completed:
		d.CompletedAt = ended
	case Failed:
		d.FailedAt = ended
	case Expired:
		d.ExpiredAt = ended
	case Cancelled:
		d.CancelledAt = ended
	}
	text, err := json.Marshal(d)
	if err != nil { // nothing in it can fail
		panic(err)
	}
	return text
}

func (o *out) shown() *string {
	if !o.Kept {
		return nil
	}
	return &o.ID
}

func at(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	sec := t.Unix()
	return &sec
}
