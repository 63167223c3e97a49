package control

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/report"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/danielgtaylor/huma/v2"
)

// Reports sends reports; *report.Sender does.
type Reports interface {
	// Test sends a report now, and tells why it could not.
	Test(ctx context.Context, schedule *config.ReportSchedule) error
}

// reportSchedules are what is sent to whom; people who may see what is spent everywhere see
// them, and administrators say where it goes.
func reportSchedules() *resource {
	return &resource{
		path: "/api/reports/schedules", one: "schedule", many: "schedules", word: "report-schedule", words: "report-schedules",
		schema: "ReportSchedule", example: `{"id":"finance","every":"month","time_zone":"Europe/Berlin","by":["team","model"],"type":"webhook","url":"https://finance.example.com/spend"}`,
		place: placed("reports", "schedules"), key: "id", known: "name", unnamed: "report-", lead: "report-",
		filters: []string{"enabled", "every", "type"},
	}
}

func (c *Control) reportScheduleRoutes() {
	huma.Register(c.api, at(http.MethodPost, "/api/reports/schedules/{id}/test", "test-report-schedule", "Send the last whole report of a schedule now, as a test, and tell whether it was taken"), c.testReportSchedule)
	huma.Register(c.api, at(http.MethodGet, "/api/reports/runs", "list-report-runs", "List the reports of schedules that were sent, and those that are next, the newest first"), c.reportRuns)
}

type testScheduleOutput struct {
	Body struct {
		Schedule string `json:"schedule"`
		Sent     bool   `json:"sent" doc:"Whether the report was taken."`
		Reason   string `json:"reason,omitempty" doc:"Why it was not."`
	}
}

func (c *Control) testReportSchedule(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"128"`
},
) (*testScheduleOutput, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	i := slices.IndexFunc(cfg.Reports.Schedules, func(s config.ReportSchedule) bool { return s.Label() == in.ID })
	if i < 0 {
		return nil, refuse(http.StatusNotFound, "not_found", "There is no such thing.")
	}
	out := &testScheduleOutput{}
	out.Body.Schedule = in.ID
	switch err := c.o.Reports.Test(ctx, &cfg.Reports.Schedules[i]); {
	case err == nil:
		out.Body.Sent = true
	case errors.Is(err, report.ErrNoStore):
		_, err := c.store()
		return nil, err
	default:
		out.Body.Reason = fmt.Sprintf("%.500s", err.Error())
	}
	return out, nil
}

type reportRunsInput struct {
	Schedule string `query:"schedule" maxLength:"128" doc:"Only those of this schedule."`
	Limit    int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

// ReportRun is a report of a schedule.
type ReportRun struct {
	Schedule string         `json:"schedule"`
	Since    time.Time      `json:"start_time"`
	Until    time.Time      `json:"end_time"`
	Due      time.Time      `json:"due_at" doc:"When it is sent, or tried again."`
	State    store.RunState `json:"state" enum:"waiting,sent,given_up"`
	Tries    int            `json:"failed_tries"`
	Ended    time.Time      `json:"ended_at,omitzero" doc:"When it was sent or given up."`
	Fault    string         `json:"reason,omitempty" doc:"Why the last try has failed."`
}

type reportRunsOutput struct {
	Body struct {
		Runs []ReportRun `json:"runs"`
	}
}

func (c *Control) reportRuns(ctx context.Context, in *reportRunsInput) (*reportRunsOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	found, err := s.ReportRuns().Runs(ctx, in.Schedule, in.Limit)
	if err != nil {
		return nil, c.explain("list the reports", err)
	}
	out := &reportRunsOutput{}
	out.Body.Runs = make([]ReportRun, 0, len(found))
	for i := range found {
		r := &found[i]
		out.Body.Runs = append(out.Body.Runs, ReportRun{r.Schedule, r.Since, r.Until, r.Due, r.State, r.Tries, r.Ended, r.Fault})
	}
	return out, nil
}
