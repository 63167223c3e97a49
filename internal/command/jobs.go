package command

import (
	"context"
	"strings"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/batch"
	"github.com/asbru-gateway/asbru/pkg/job"
)

// jobs runs the cluster's jobs on a node. They are calls of its engine like any other,
// or batches of such.
type jobs struct {
	runner  *job.Runner
	one     func(context.Context, *job.Request) *job.Answer
	batches *batch.Runner
	taking  context.Context // ends when no more are taken
	halt    context.CancelFunc

	mu    sync.Mutex
	ended chan struct{} // closed when none is taken any more; nil: none ever was
}

// newJobs makes what runs jobs. Its runner is to be set.
func newJobs(one func(context.Context, *job.Request) *job.Answer, batches *batch.Runner) *jobs {
	j := &jobs{one: one, batches: batches}
	j.taking, j.halt = context.WithCancel(context.Background())
	return j
}

// call makes the call of a job, or runs its batch.
func (j *jobs) call(ctx context.Context, r *job.Request) *job.Answer {
	if strings.HasPrefix(r.Path, batch.Path) {
		return j.batches.Run(ctx, r)
	}
	return j.one(ctx, r)
}

// run takes jobs until stop is called.
func (j *jobs) run() {
	ended := make(chan struct{})
	defer close(ended)
	j.mu.Lock()
	j.ended = ended
	j.mu.Unlock()
	j.runner.Run(j.taking)
}

// stop takes no more jobs and waits for those that were begun. Those that are not
// done when ctx ends go back into the queue.
func (j *jobs) stop(ctx context.Context) {
	j.halt()
	j.batches.Leave()
	j.mu.Lock()
	ended := j.ended
	j.mu.Unlock()
	if ended != nil {
		<-ended
		j.runner.Drain(ctx)
	}
}

// work ties the node to the cluster, as follow does, and has it run jobs until it drains.
func (n *node) work(ctx context.Context, running *sync.WaitGroup) error {
	if err := n.follow(ctx, running); err != nil {
		return err
	}
	running.Go(func() {
		if n.awaitConfiguration() {
			n.jobs.run()
		}
	})
	return nil
}

// awaitConfiguration waits until the node has one: a job that is run before would find no
// provider, and that is an end. It reports false if the node stops before.
func (n *node) awaitConfiguration() bool {
	for {
		status, changed := n.follower.Status()
		if n.configured(status) {
			return true
		}
		select {
		case <-changed:
		case <-n.jobs.taking.Done():
			return false
		}
	}
}
