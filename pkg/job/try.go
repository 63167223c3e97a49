package job

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

const (
	// hold is how often a runner tells that it still has a job.
	hold = 10 * time.Second
	// look is how often it looks whether the job was canceled, should a hint be lost.
	look = 5 * time.Second
	// maxWait bounds how long a provider can have a job wait.
	maxWait = 15 * time.Minute
)

// take runs the job of a message from the queue, and takes the message out when the
// job has ended. A message that it leaves comes again.
func (r *Runner) take(m jetstream.Msg) {
	ctx := context.WithoutCancel(r.calls)
	values, ok := bus.JobRun.Values(m.Subject())
	meta, err := m.Metadata()
	if !ok || len(values) != 1 || err != nil {
		r.Log.Error("jobs: a message that is no job is dropped", "subject", m.Subject())
		_ = m.Term() // else it comes again, and is dropped then
		return
	}
	j, begun, err := r.begin(ctx, values[0], meta.Sequence.Stream)
	switch {
	case errors.Is(err, ErrNotFound):
		r.Log.Warn("jobs: a job that is not known any more is dropped", "job", values[0])
		_ = m.Term() // as above
	case errors.Is(err, errUnreadable):
		r.bury(ctx, unreadable(values[0], meta.Timestamp), m)
	case err != nil: // NATS is away: the message comes again
		r.Log.Warn("jobs: a job cannot be begun", "job", values[0], "error", err)
		_ = m.NakWithDelay(time.Second) // as above
	case begun:
		r.run(ctx, j, m)
	case j.State.Ended(): // by another one, who may have died before saying so
		r.tell(ctx, j, m)
	default:
		_ = m.Term() // a second message of a job that is under way
	}
}

// begin notes that a try begins. It reports false for a job that is not to be run.
func (r *Runner) begin(ctx context.Context, id string, message uint64) (j *Job, begun bool, err error) {
	j, err = r.queue.change(ctx, id, func(j *Job) error {
		begun = false
		switch {
		case j.State.Ended(), j.State == Processing && j.Message != message:
			return errNothingToDo
		case j.Attempts >= maxAttempts: // each time its runner has died with it
			j.State, j.Ended, j.Error = Failed, time.Now().UTC(), "Each of the tries ended with the process that made it."
			return nil
		}
		begun = true
		j.State, j.Started, j.Next = Processing, time.Now().UTC(), time.Time{}
		j.Attempts, j.Node, j.Message = j.Attempts+1, r.queue.conn.Node(), message
		return nil
	})
	if errors.Is(err, errNothingToDo) {
		err = nil
	}
	return j, begun, err
}

var errNothingToDo = errors.New("job: nothing to do")

// run makes a try.
func (r *Runner) run(ctx context.Context, j *Job, m jetstream.Msg) {
	request, err := r.queue.OpenRequest(ctx, j)
	if err != nil {
		r.Log.Error("jobs: what a job asks for cannot be read", "job", j.ID, "error", err)
		r.end(ctx, j, m, nil, "What the job asks for cannot be read.")
		return
	}
	calling, stop := context.WithCancel(r.calls)
	var holding sync.WaitGroup
	holding.Go(func() { r.hold(calling, stop, j.ID, m) })
	answer := r.Call(calling, request)
	canceled := calling.Err() != nil
	stop()
	holding.Wait()
	switch {
	case canceled && r.calls.Err() != nil: // not the job's fault
		j.Attempts--
		r.putBack(ctx, j, m, 0, nil)
	case canceled:
		_ = m.Ack() // else it comes again, and is found to have ended
	case answer == nil:
		r.putBack(ctx, j, m, r.Backoff(j.Attempts), nil)
	case answer.Unfinished:
		j.Attempts = 0
		r.putBack(ctx, j, m, answer.RetryAfter, nil)
	case mayPass(answer.Status) && j.Attempts < maxAttempts:
		r.putBack(ctx, j, m, min(max(r.Backoff(j.Attempts), answer.RetryAfter), maxWait), answer)
	default:
		r.end(ctx, j, m, answer, "")
	}
}

// mayPass says whether an answer may be another one later.
func mayPass(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || status >= 500
}

// hold keeps a job's message from going to another runner, and breaks the try off
// when the job is canceled, until ctx ends.
func (r *Runner) hold(ctx context.Context, stop context.CancelFunc, id string, m jetstream.Msg) {
	changed, err := r.queue.Changes(ctx, id)
	if err != nil {
		changed = nil // it looks by itself
	}
	holds, looks := time.NewTicker(hold), time.NewTicker(look)
	defer holds.Stop()
	defer looks.Stop()
	for {
		select {
		case <-holds.C:
			_ = m.InProgress() // missed, it is made up for by the next
			continue
		case <-changed:
		case <-looks.C:
		case <-ctx.Done():
			return
		}
		if j, err := r.queue.read(ctx, id); err == nil && j.State == Canceled {
			stop()
			return
		}
	}
}

// putBack has a job tried again after a while.
func (r *Runner) putBack(ctx context.Context, j *Job, m jetstream.Msg, after time.Duration, a *Answer) {
	j.State, j.Next = Pending, time.Now().UTC().Add(after)
	if a != nil {
		j.Status = a.Status
	}
	won, err := r.queue.write(ctx, j)
	switch {
	case err != nil:
		r.Log.Warn("jobs: a try's end cannot be written", "job", j.ID, "error", err)
	case !won:
		r.leave(ctx, j, m)
		return
	}
	r.count("retried")
	_ = m.NakWithDelay(after) // else it comes again when it has been held for too long
}

// end writes how a job ended, and tells it.
func (r *Runner) end(ctx context.Context, j *Job, m jetstream.Msg, a *Answer, fault string) {
	j.State, j.Ended, j.Error = Failed, time.Now().UTC(), fault
	if a != nil {
		if j.Status = a.Status; a.Status < 300 {
			j.State = Completed
		}
		var err error
		if j.Answer, err = r.queue.keep(ctx, j.answerPlace(), a, a.Body); err != nil {
			r.Log.Warn("jobs: an answer cannot be kept; the job is tried again", "job", j.ID, "error", err)
			_ = m.NakWithDelay(r.Backoff(j.Attempts)) // as above
			return
		}
	}
	won, err := r.queue.write(ctx, j)
	switch {
	case err != nil:
		r.Log.Warn("jobs: a job's end cannot be written; it is tried again", "job", j.ID, "error", err)
		_ = m.NakWithDelay(time.Second) // as above
	case !won:
		r.leave(ctx, j, m)
	default:
		r.tell(ctx, j, m)
	}
}

// leave leaves a job to who has changed it while it was run here: if it was canceled,
// or ended by another try, its message is done with, else another runner needs that.
func (r *Runner) leave(ctx context.Context, j *Job, m jetstream.Msg) {
	if now, err := r.queue.read(ctx, j.ID); err == nil && now.State.Ended() {
		_ = m.Ack() // else it comes again, and is found to have ended
	}
}

// tell tells of a job that has ended, and takes its message out of the queue.
func (r *Runner) tell(ctx context.Context, j *Job, m jetstream.Msg) {
	if j.State == Failed && (j.Attempts >= maxAttempts || j.Answer.empty()) {
		r.bury(ctx, j, m)
		return
	}
	r.notify(ctx, j, m)
}

func (r *Runner) notify(ctx context.Context, j *Job, m jetstream.Msg) {
	if j.Webhook != "" && r.Notifier != nil && j.State != Canceled {
		if err := r.Notifier.Notify(ctx, j.Webhook, j.notice(), r.told(ctx, j)); err != nil {
			r.Log.Warn("jobs: a job's end cannot be told yet", "job", j.ID, "error", err)
			_ = m.NakWithDelay(time.Second) // told then
			return
		}
	}
	r.count(string(j.State))
	_ = m.Ack() // else it comes again, and is found to have ended
}

// told is what the owner of a job that has ended is told. An answer that is too large
// to be told, or cannot be had at the moment, is to be fetched.
func (r *Runner) told(ctx context.Context, j *Job) []byte {
	a, err := r.queue.OpenAnswer(ctx, j)
	if err != nil {
		r.Log.Warn("jobs: a job's answer cannot be told; its owner is told where it is", "job", j.ID, "error", err)
		return describeApart(j)
	}
	text := Describe(j, a)
	if a != nil && r.MaxNotice > 0 && len(text) > r.MaxNotice {
		return describeApart(j)
	}
	return text
}

// bury puts a job that was given up among the dead letters.
func (r *Runner) bury(ctx context.Context, j *Job, m jetstream.Msg) {
	dead := nats.NewMsg(bus.DeadJob.At(j.ID))
	dead.Data = []byte(j.Error)
	if _, err := r.queue.conn.Control.JS.PublishMsg(ctx, dead, jetstream.WithMsgID(j.notice())); err != nil {
		r.Log.Warn("jobs: a job that was given up cannot be put aside yet", "job", j.ID, "error", err)
		_ = m.NakWithDelay(time.Second) // as above
		return
	}
	r.Log.Warn("jobs: a job was given up", "job", j.ID, "attempts", j.Attempts, "status", j.Status)
	r.notify(ctx, j, m)
}

func (r *Runner) count(outcome string) { r.Metrics.Jobs.WithLabelValues(outcome).Inc() }
