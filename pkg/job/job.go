package job

import (
	"errors"
	"fmt"
	"time"
)

// State is how far a job has come.
type State string

// The states. The last three are ends.
const (
	Pending    State = "pending"
	Processing State = "processing"
	Completed  State = "completed"
	Failed     State = "failed"
	Canceled   State = "cancelled"
)

// Ended says whether nothing happens any more with a job in this state.
func (s State) Ended() bool { return s == Completed || s == Failed || s == Canceled }

// States are all of them.
func States() []State { return []State{Pending, Processing, Completed, Failed, Canceled} }

// Job is what the cluster knows of a job. Times are those of the nodes' clocks.
type Job struct {
	ID    string `json:"id"`
	State State  `json:"state"`
	// Path is where the request would have gone if it had not been made a job.
	Path    string    `json:"path"`
	Model   string    `json:"model,omitempty"`
	Created time.Time `json:"created"`
	Started time.Time `json:"started,omitzero"` // of the last try
	Ended   time.Time `json:"ended,omitzero"`
	// Next is when the next try may begin, while the job waits for it.
	Next     time.Time `json:"next,omitzero"`
	Attempts int       `json:"attempts"` // tries begun
	Node     string    `json:"node,omitempty"`
	// Status is the HTTP status of the answer, or of the last try; 0: there was none.
	Status  int    `json:"status,omitempty"`
	Error   string `json:"error,omitempty"` // why there is no answer
	Webhook string `json:"webhook,omitempty"`

	// Owner and Print tell callers and requests apart without saying who or what.
	Owner []byte `json:"owner"`
	Print []byte `json:"print"`
	// Round is another one each time that the job is put into the queue by hand.
	Round int `json:"round,omitempty"`
	// Message is the queue's message from which the job was begun.
	Message uint64 `json:"message,omitempty"`

	Request kept `json:"request"`
	Answer  kept `json:"answer,omitzero"`

	revision uint64
}

// notice names the job's end: another one for each time that it was begun by hand.
func (j *Job) notice() string {
	if j.Round == 0 {
		return j.ID
	}
	return fmt.Sprintf("%s-%d", j.ID, j.Round)
}

// kept is something sealed: here, or in the store of results.
type kept struct {
	Sealed []byte `json:"sealed,omitempty"`
	Object string `json:"object,omitempty"`
}

func (k kept) empty() bool { return k.Sealed == nil && k.Object == "" }

// Request is what a job asks for.
type Request struct {
	Method     string            `json:"method,omitempty"` // "" is POST
	Path       string            `json:"path"`
	Query      string            `json:"query,omitempty"`
	Headers    map[string]string `json:"headers,omitempty"`
	Credential string            `json:"credential,omitempty"`
	Body       []byte            `json:"-"`
}

// Answer is what a job was answered with.
type Answer struct {
	Status      int               `json:"status"`
	ContentType string            `json:"content_type"`
	Headers     map[string]string `json:"headers,omitempty"`
	Body        []byte            `json:"-"`
	// RetryAfter is how long the provider asks to wait; 0: it does not say.
	RetryAfter time.Duration `json:"-"`
	// Unfinished says that this is no answer: what the try has done stays done, and the
	// next one, behind RetryAfter, goes on from there. Tries are counted anew.
	Unfinished bool `json:"-"`
}

// Pieces is told of an answer that comes in pieces. An error of it ends the call.
type Pieces interface {
	// Begin is called first, with what is known before the body.
	Begin(head *Answer) error
	// Piece is called with each piece, in order. It must not keep it.
	Piece(b []byte) error
}

// Errors of a [Queue].
var (
	// ErrNotFound: there is no such job, or not for this owner.
	ErrNotFound = errors.New("job: not found")
	// ErrReused: the idempotency key was used for another request.
	ErrReused = errors.New("job: the idempotency key was used for another request")
	// ErrEnded: the job has ended already.
	ErrEnded = errors.New("job: has ended already")
	// ErrNotEnded: the job has not failed, so it cannot be begun anew.
	ErrNotEnded = errors.New("job: has not failed")
)
