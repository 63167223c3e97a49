package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// RunState is what has become of a report.
type RunState string

// The states of a run.
const (
	RunWaiting RunState = "waiting"
	RunSent    RunState = "sent"
	RunGivenUp RunState = "given_up"
)

// ReportRun is one report of a schedule: of [Since, Until), sent at Due or tried again then.
type ReportRun struct {
	Schedule          string // its id
	Since, Until, Due time.Time
	State             RunState
	Tries             int // that have failed
	Ended             time.Time
	Fault             string // of the last try
}

// ErrRunChanged says that a run is not as it was read: another process has gone on with it.
var ErrRunChanged = errors.New("store: the report was taken up by another")

// ReportRuns keep which reports were sent and which are to be. Safe for concurrent use,
// also by several processes.
type ReportRuns interface {
	// Plan adds a run that waits, unless there is one of its schedule and time.
	Plan(ctx context.Context, r ReportRun) error
	// Waiting returns the runs that wait, those that are due first.
	Waiting(ctx context.Context) ([]ReportRun, error)
	// Record writes what has become of a run that waited, and had failed so many times
	// less one, or ErrRunChanged; next is planned with it, unless it is nil.
	Record(ctx context.Context, r ReportRun, tries int, next *ReportRun) error
	// Drop removes a run that waits.
	Drop(ctx context.Context, r ReportRun) error
	// Runs returns those of a schedule, "" for all, the newest first.
	Runs(ctx context.Context, schedule string, limit int) ([]ReportRun, error)
	// Prune removes runs that ended before a time.
	Prune(ctx context.Context, before time.Time) error
}

// ReportRuns returns the record of reports.
func (s *Store) ReportRuns() ReportRuns { return reportRuns{s} }

type reportRuns struct{ *Store }

// runRow is a run as the table report_runs has it.
type runRow struct {
	bun.BaseModel `bun:"table:report_runs,alias:r"`

	Schedule string `bun:",pk"`
	SinceUS  int64  `bun:",pk"`
	UntilUS  int64
	DueUS    int64
	State    RunState
	Tries    int
	EndedUS  int64
	Fault    string
}

func runRowOf(r *ReportRun) *runRow {
	row := &runRow{
		Schedule: r.Schedule, SinceUS: r.Since.UnixMicro(), UntilUS: r.Until.UnixMicro(), DueUS: r.Due.UnixMicro(),
		State: r.State, Tries: r.Tries, Fault: r.Fault,
	}
	if !r.Ended.IsZero() {
		row.EndedUS = r.Ended.UnixMicro()
	}
	return row
}

func (r *runRow) run() ReportRun {
	of := func(us int64) time.Time { return time.UnixMicro(us).UTC() }
	run := ReportRun{
		Schedule: r.Schedule, Since: of(r.SinceUS), Until: of(r.UntilUS), Due: of(r.DueUS), State: r.State, Tries: r.Tries, Fault: r.Fault,
	}
	if r.EndedUS != 0 {
		run.Ended = of(r.EndedUS)
	}
	return run
}

func (s reportRuns) Plan(ctx context.Context, r ReportRun) error { return planRun(ctx, s.write, &r) }

func planRun(ctx context.Context, db bun.IDB, r *ReportRun) error {
	if _, err := db.NewInsert().Model(runRowOf(r)).On("conflict do nothing").Exec(ctx); err != nil {
		return fmt.Errorf("plan a report: %w", err)
	}
	return nil
}

func (s reportRuns) Waiting(ctx context.Context) ([]ReportRun, error) {
	return s.list(ctx, s.read.NewSelect().Where("state = ?", RunWaiting).Order("due_us", "schedule"))
}

func (s reportRuns) Runs(ctx context.Context, schedule string, limit int) ([]ReportRun, error) {
	q := s.read.NewSelect().Order("since_us desc", "schedule").Limit(int64(limit))
	if schedule != "" {
		q.Where("schedule = ?", schedule)
	}
	return s.list(ctx, q)
}

func (reportRuns) list(ctx context.Context, q *bun.SelectQuery) ([]ReportRun, error) {
	var rows []runRow
	if err := q.Model(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	runs := make([]ReportRun, len(rows))
	for i := range rows {
		runs[i] = rows[i].run()
	}
	return runs, nil
}

func (s reportRuns) Record(ctx context.Context, r ReportRun, tries int, next *ReportRun) error {
	err := s.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		done, err := tx.NewUpdate().Model(runRowOf(&r)).WherePK().Where("state = ?", RunWaiting).Where("tries = ?", tries).Exec(ctx)
		if err := oneRun(done, err); err != nil || next == nil {
			return err
		}
		return planRun(ctx, tx, next)
	})
	if err != nil {
		return fmt.Errorf("record a report: %w", err)
	}
	return nil
}

func oneRun(done sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrRunChanged, err)
	}
	return nil
}

func (s reportRuns) Drop(ctx context.Context, r ReportRun) error {
	if _, err := s.write.NewDelete().Model(runRowOf(&r)).WherePK().Where("state = ?", RunWaiting).Exec(ctx); err != nil {
		return fmt.Errorf("drop a report: %w", err)
	}
	return nil
}

func (s reportRuns) Prune(ctx context.Context, before time.Time) error {
	_, err := s.write.NewDelete().Model((*runRow)(nil)).Where("state <> ?", RunWaiting).Where("ended_us < ?", before.UnixMicro()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("prune reports: %w", err)
	}
	return nil
}
