package control

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/danielgtaylor/huma/v2"
)

// Jobs are the cluster's durable jobs; *job.Queue has them.
type Jobs interface {
	List(ctx context.Context, state job.State, limit int) ([]*job.Job, error)
	Find(ctx context.Context, id string) (*job.Job, error)
	Retry(ctx context.Context, id string) (*job.Job, error)
	Cancel(ctx context.Context, j *job.Job) (*job.Job, error)
}

func (c *Control) jobRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/jobs", "list-jobs", "List jobs, the newest first"), c.listJobs)
	huma.Register(c.api, at(http.MethodGet, "/api/jobs/{id}", "get-job", "Show a job"), c.getJob)
	huma.Register(c.api, at(http.MethodPost, "/api/jobs/{id}/retry", "retry-job", "Begin a job that failed or was cancelled anew"), c.retryJob)
	huma.Register(c.api, at(http.MethodDelete, "/api/jobs/{id}", "cancel-job", "Cancel a job"), c.cancelJob)
}

type jobsInput struct {
	Status job.State `query:"status" enum:"pending,processing,completed,failed,cancelled" doc:"Only jobs in this state."`
	Limit  int       `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"At most so many."`
}

type jobsOutput struct {
	Body struct {
		Jobs []json.RawMessage `json:"jobs"`
	}
}

func (c *Control) listJobs(ctx context.Context, in *jobsInput) (*jobsOutput, error) {
	out := &jobsOutput{}
	out.Body.Jobs = []json.RawMessage{}
	jobs, err := c.o.Jobs.List(ctx, in.Status, in.Limit)
	if err != nil {
		return nil, c.explain("list the jobs", err)
	}
	for _, j := range jobs {
		out.Body.Jobs = append(out.Body.Jobs, job.Describe(j, nil))
	}
	return out, nil
}

type jobInput struct {
	ID string `path:"id"`
}

// jobOutput is a job without its answer, which is its owner's alone.
type jobOutput struct {
	Body struct {
		Job json.RawMessage `json:"job"`
	}
}

func (c *Control) getJob(ctx context.Context, in *jobInput) (*jobOutput, error) {
	j, err := c.o.Jobs.Find(ctx, in.ID)
	return c.showJob("read the job", j, err)
}

func (c *Control) retryJob(ctx context.Context, in *jobInput) (*jobOutput, error) {
	j, err := c.o.Jobs.Retry(ctx, in.ID)
	return c.showJob("begin the job anew", j, err)
}

func (c *Control) cancelJob(ctx context.Context, in *jobInput) (*jobOutput, error) {
	j, err := c.o.Jobs.Find(ctx, in.ID)
	if err == nil {
		j, err = c.o.Jobs.Cancel(ctx, j)
	}
	return c.showJob("cancel the job", j, err)
}

func (c *Control) showJob(doing string, j *job.Job, err error) (*jobOutput, error) {
	if err != nil {
		return nil, c.explain(doing, err)
	}
	out := &jobOutput{}
	out.Body.Job = job.Describe(j, nil)
	return out, nil
}
