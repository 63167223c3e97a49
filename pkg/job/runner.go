package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// Notifier tells the owner of a job how it ended. What it has been told once with an
// id it need not tell again.
type Notifier interface {
	Notify(ctx context.Context, url, id string, body []byte) error
}

// RunnerOptions are what a runner is made with.
type RunnerOptions struct {
	// Call makes the call. It returns when ctx ends; nil says that it may be made later.
	Call func(ctx context.Context, r *Request) *Answer
	// Notifier tells of ends; nil: nobody is told.
	Notifier Notifier
	// MaxNotice is how many bytes the notifier takes; 0: any number.
	MaxNotice int
	Metrics   *telemetry.Metrics
	Log       *slog.Logger
	// Backoff is how long a job waits after its nth try has failed; nil: see wait.
	Backoff func(n int) time.Duration
}

// Runner runs the cluster's jobs, as many at a time as it has room for. Safe for
// concurrent use.
type Runner struct {
	queue *Queue
	RunnerOptions
	slots chan struct{}
	calls context.Context // ends when a drain has taken too long
	cut   context.CancelFunc
	jobs  sync.WaitGroup
}

const (
	// maxRunning is how many jobs run at once on one node. Their calls wait for the
	// slots of their providers like any other.
	maxRunning = 64
	// maxAttempts is how often a job is tried.
	maxAttempts = 5
	// pullTime is how long one pull stands. A server that comes back has forgotten
	// those of before.
	pullTime = 2 * time.Second
	// pullRetry is how long to wait after one that could not be made.
	pullRetry = 500 * time.Millisecond
)

// NewRunner returns a runner of a queue's jobs.
func NewRunner(q *Queue, o RunnerOptions) *Runner {
	r := &Runner{queue: q, RunnerOptions: o, slots: make(chan struct{}, maxRunning)}
	if r.Backoff == nil {
		r.Backoff = wait
	}
	r.calls, r.cut = context.WithCancel(context.Background())
	return r
}

// wait is how long a job waits after its nth try has failed.
func wait(n int) time.Duration {
	waits := [...]time.Duration{2 * time.Second, 10 * time.Second, time.Minute, 5 * time.Minute}
	return waits[min(n, len(waits))-1]
}

// Run takes jobs until ctx ends. Those that it has begun go on until [Runner.Drain].
func (r *Runner) Run(ctx context.Context) {
	var consumer jetstream.Consumer
	for failing := false; ctx.Err() == nil; {
		var err error
		if consumer, err = r.pull(ctx, consumer); err == nil {
			failing = false
			continue
		}
		if !failing && ctx.Err() == nil {
			failing = true
			r.Log.Warn("jobs: none can be taken; trying on", "error", err)
		}
		select {
		case <-time.After(pullRetry):
		case <-ctx.Done():
		}
	}
}

// Drain waits for the jobs that were begun. Those that are not done when ctx ends are
// broken off and go back into the queue. Call it when Run's context has ended.
func (r *Runner) Drain(ctx context.Context) {
	defer context.AfterFunc(ctx, r.cut)()
	r.jobs.Wait()
	r.cut()
}

// pull takes as many jobs as there is room for, or waits for room. It opens the
// consumer unless it is given, and returns it.
func (r *Runner) pull(ctx context.Context, consumer jetstream.Consumer) (jetstream.Consumer, error) {
	free, ok := r.room(ctx)
	if !ok {
		return consumer, ctx.Err()
	}
	taken := 0
	defer func() {
		for range free - taken {
			<-r.slots
		}
	}()
	link := r.queue.conn.Control
	if !link.NATS.IsConnected() { // a pull that cannot be sent would leave a subscription behind
		return consumer, errors.New("nats: not connected")
	}
	ctx, cancel := context.WithTimeout(ctx, pullTime)
	defer cancel()
	if consumer == nil {
		var err error
		if consumer, err = link.Consumer(ctx, bus.JobWorkers); err != nil {
			return nil, err
		}
	}
	batch, err := consumer.Fetch(free, jetstream.FetchContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("pull jobs: %w", err)
	}
	for m := range batch.Messages() {
		taken++
		r.jobs.Go(func() {
			defer func() { <-r.slots }()
			r.take(m)
		})
	}
	if err := batch.Error(); err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("pull jobs: %w", err)
	}
	return consumer, nil
}

// maxPull bounds how many jobs are asked for at once, so that other nodes have some.
const maxPull = 8

// room takes up to maxPull places, for the first of which it waits.
func (r *Runner) room(ctx context.Context) (n int, ok bool) {
	select {
	case r.slots <- struct{}{}:
	case <-ctx.Done():
		return 0, false
	}
	for n = 1; n < maxPull; n++ {
		select {
		case r.slots <- struct{}{}:
		default:
			return n, true
		}
	}
	return n, true
}
