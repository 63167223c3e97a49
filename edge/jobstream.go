package edge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"github.com/asbru-gateway/asbru/pkg/dialect/codecs"
	"github.com/asbru-gateway/asbru/pkg/job"
)

const (
	// jobLook is how often a job is looked at while its changes are told, should a
	// hint be lost; it also keeps the connection in use.
	jobLook = 10 * time.Second
	// jobPatience bounds one look.
	jobPatience = 5 * time.Second
)

// jobEvents tells each change of a job as an event, until the job has ended.
type jobEvents struct {
	request *request
	job     *job.Job
	changed <-chan struct{}
	stop    context.CancelFunc
}

// followJob answers with the changes of a job, its state of now first.
func (r *request) followJob(j *job.Job) {
	ctx, stop := context.WithCancel(r.edge.open)
	changed, err := r.edge.options.Jobs.Changes(ctx, j.ID)
	if err != nil {
		stop()
		r.refuse(codecs.OpenAI, r.jobError(err))
		return
	}
	r.describe()
	r.ctx.SetContentType("text/event-stream")
	r.ctx.Response.Header.Set("Cache-Control", "no-cache")
	r.ctx.Response.Header.Set("X-Accel-Buffering", "no")
	r.ctx.Response.SetBodyStream(&jobEvents{request: r, job: j, changed: changed, stop: stop}, -1)
}

// SupportsBodyWriteTo tells the server to use WriteTo.
func (e *jobEvents) SupportsBodyWriteTo() bool { return true }

// Read is part of the server's contract for a body; with WriteTo it is never used.
func (e *jobEvents) Read([]byte) (int, error) {
	return 0, errors.New("edge: a job's events are written, not read")
}

// WriteTo writes the events. An error says that the caller has gone.
func (e *jobEvents) WriteTo(w io.Writer) (n int64, err error) {
	look := time.NewTicker(jobLook)
	defer look.Stop()
	var told []byte
	for {
		event, ended := e.event()
		if bytes.Equal(event, told) {
			event = []byte(": still there\n\n")
		} else {
			told = event
		}
		e.request.extendDeadline()
		m, err := w.Write(event)
		n += int64(m)
		if err != nil || ended {
			return n, err
		}
		select {
		case <-e.changed:
		case <-look.C:
		case <-e.request.edge.open.Done():
			return n, nil
		}
	}
}

// event is the job as it is now, and whether nothing comes behind it.
func (e *jobEvents) event() (event []byte, ended bool) {
	ctx, cancel := context.WithTimeout(e.request.edge.open, jobPatience)
	defer cancel()
	jobs := e.request.edge.options.Jobs
	var a *job.Answer
	if now, err := jobs.Find(ctx, e.job.ID); err == nil { // else what was known is told again
		e.job = now
		if now.State.Ended() {
			a, err = jobs.OpenAnswer(ctx, now)
			ended = err == nil
		}
	} else if errors.Is(err, job.ErrNotFound) {
		ended = true
	}
	event = append(event, "event: job\ndata: "...)
	event = append(event, job.Describe(e.job, a)...)
	return append(event, "\n\n"...), ended
}

// Close ends the answer, read to its end or not.
func (e *jobEvents) Close() error {
	e.stop()
	e.request.end()
	return nil
}
