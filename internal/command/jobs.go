package command

import (
	"context"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/job"
)

// jobs runs the cluster's jobs on a node. They are calls of its engine like any other.
type jobs struct {
	runner *job.Runner
	taking context.Context // ends when no more are taken
	halt   context.CancelFunc

	mu    sync.Mutex
	ended chan struct{} // closed when none is taken any more; nil: none ever was
}

func newJobs(r *job.Runner) *jobs {
	j := &jobs{runner: r}
	j.taking, j.halt = context.WithCancel(context.Background())
	return j
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
	running.Go(n.jobs.run)
	return nil
}
