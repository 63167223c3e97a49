package batch

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/files"
	"github.com/asbru-gateway/asbru/pkg/job"
)

// RunnerOptions are what a runner is made with.
type RunnerOptions struct {
	// Call makes the call of a line. It returns when ctx ends; nil says that it was not made.
	Call func(ctx context.Context, r *job.Request) *job.Answer
	Log  *slog.Logger
	// Backoff is how long a line waits after its nth try has failed; nil: see wait.
	Backoff func(n int) time.Duration
}

// Runner runs batches. Safe for concurrent use.
type Runner struct {
	RunnerOptions
	states  states
	files   fileStore
	calls   chan struct{} // room for calls of all batches
	leaving chan struct{}
	leave   func()

	slice     time.Duration
	noteBytes int // of result lines that are held at most
}

// states is where batches are kept: a [Store].
type states interface {
	load(ctx context.Context, owner, id string) (*Batch, error)
	// save reports false if somebody else has changed the batch since it was loaded.
	save(ctx context.Context, b *Batch) (bool, error)
}

// fileStore is where their files are: a [files.Store].
type fileStore interface {
	Get(ctx context.Context, owner, id string) (*files.File, error)
	Open(ctx context.Context, f *files.File) io.Reader
	PutPart(ctx context.Context, id string, writer uint64, n int, data []byte) error
	Keep(ctx context.Context, owner string, f *files.File) error
}

const (
	// width is how many lines of a batch are run at a time.
	width = 8
	// maxCalls is how many of all batches on one node.
	maxCalls = 64
	// ahead is how far a line may be run before one that is still under way.
	ahead = 1024
	// noteEvery is how often what was done is noted.
	noteEvery = 3 * time.Second
	// slice is how long a batch is run before its job goes back into the queue, where
	// another node may take it.
	slice = 10 * time.Minute
	// storeRetry is how long to wait when what was done cannot be noted.
	storeRetry = 10 * time.Second
)

// NewRunner returns a runner of a store's batches.
func NewRunner(s *Store, o RunnerOptions) *Runner { return newRunner(s, s.files, o) }

func newRunner(s states, f fileStore, o RunnerOptions) *Runner {
	r := &Runner{
		RunnerOptions: o, states: s, files: f,
		calls: make(chan struct{}, maxCalls), leaving: make(chan struct{}), slice: slice, noteBytes: files.PartBytes,
	}
	if r.Backoff == nil {
		r.Backoff = wait
	}
	r.leave = sync.OnceFunc(func() { close(r.leaving) })
	return r
}

// Leave has the batches that are run here stop behind the lines that were begun.
func (r *Runner) Leave() { r.leave() }

// Run runs the batch of a job, as far as it comes. The answer is the batch once it has
// ended; nil if ctx has.
func (r *Runner) Run(ctx context.Context, asked *job.Request) *job.Answer {
	var t ticket
	if err := json.Unmarshal(asked.Body, &t); err != nil {
		return &job.Answer{Status: http.StatusBadRequest}
	}
	x := &run{Runner: r, job: asked, id: t.ID}
	err := x.run(ctx, t)
	switch {
	case errors.Is(err, ErrNotFound):
		return &job.Answer{Status: http.StatusNotFound}
	case ctx.Err() != nil, errors.Is(err, errOther):
		return nil
	case err != nil:
		r.Log.Warn("batches: one cannot be run on; trying on", "batch", t.ID, "error", err)
		return &job.Answer{Unfinished: true, RetryAfter: storeRetry}
	case !x.batch.Status.Ended():
		return &job.Answer{Unfinished: true}
	}
	return &job.Answer{Status: http.StatusOK, ContentType: "application/json", Body: x.batch.Describe()}
}

// errOther is the error of a batch that another runner has taken.
var errOther = errors.New("batch: another runner has it")
