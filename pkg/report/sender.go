package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/email"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// Post hands a webhook over, under an id by which its receiver knows one that comes twice.
type Post func(ctx context.Context, url, id string, body []byte) error

// Options are what a sender is made with.
type Options struct {
	// Config returns the newest configuration.
	Config func(ctx context.Context) (*config.Config, error)
	// Store returns the store, nil while it is not there.
	Store func() *store.Store
	// Names returns what ids are called.
	Names func(ctx context.Context) Names
	// Turn reports whether it is this process's turn to do something, which ends with
	// done or after a minute.
	Turn func(ctx context.Context, what string) (done func(), mine bool, err error)
	// Queue delivers webhooks in time, whatever process dies, and Try tries one once, now.
	Queue, Try Post
	Mail       email.Sender
	Metrics    *telemetry.Metrics
	Log        *slog.Logger
	// Now is for tests.
	Now func() time.Time
}

// Sender sends reports by schedule. Safe for concurrent use.
type Sender struct {
	o Options

	mu     sync.Mutex
	pruned time.Time
}

// NewSender makes a sender; Run starts it.
func NewSender(o Options) *Sender {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Sender{o: o}
}

const (
	// lookEvery is how often a sender looks whether a report is due.
	lookEvery = 5 * time.Second
	// turnFor bounds what it does at once, well before its turn is over.
	turnFor = 45 * time.Second
	// keptFor is how long it is kept what became of a report.
	keptFor    = 400 * 24 * time.Hour
	pruneEvery = time.Hour
)

// delays are the pauses after each try that has failed; the tries of a webhook that is
// queued are the queue's.
var delays = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

// Run sends reports until ctx ends.
func (s *Sender) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := s.Look(ctx); err != nil && ctx.Err() == nil {
			s.o.Log.Debug("reports", "error", err) // that the store or NATS is away is told elsewhere
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Look looks once which reports are due, and sends them if it is this process's turn.
func (s *Sender) Look(ctx context.Context) error {
	kept := s.o.Store()
	if kept == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, turnFor)
	defer cancel()
	cfg, err := s.o.Config(ctx)
	if err != nil {
		return err
	}
	runs := kept.ReportRuns()
	waiting, err := runs.Waiting(ctx)
	if err != nil || len(waiting)+len(cfg.Reports.Schedules) == 0 {
		return err
	}
	done, mine, err := s.o.Turn(ctx, "reports")
	if err != nil || !mine {
		return err
	}
	defer done()
	if waiting, err = runs.Waiting(ctx); err != nil { // another may have sent some meanwhile
		return err
	}
	if err := s.plan(ctx, runs, cfg.Reports.Schedules, waiting); err != nil {
		return err
	}
	for i := range waiting {
		r := &waiting[i]
		schedule := find(cfg.Reports.Schedules, r.Schedule)
		if schedule == nil || !planned(schedule, r) || r.Due.After(s.o.Now()) {
			continue
		}
		if err := s.send(ctx, runs, kept.Log(), schedule, *r); err != nil {
			return err
		}
	}
	return s.prune(ctx, runs)
}

// plan has each schedule wait for the end of a time: from the first on, that which passes.
// What waits and is not as its schedule would have it by now is dropped; where but the hour
// was changed, the same waits for another.
func (s *Sender) plan(ctx context.Context, runs store.ReportRuns, schedules []config.ReportSchedule, waiting []store.ReportRun) error {
	waits := map[string]bool{}
	for i := range waiting {
		schedule := find(schedules, waiting[i].Schedule)
		if schedule != nil && planned(schedule, &waiting[i]) {
			waits[waiting[i].Schedule] = true
			continue
		}
		if err := runs.Drop(ctx, waiting[i]); err != nil {
			return err
		}
		if schedule == nil {
			continue
		}
		if again := run(schedule, begin(schedule, waiting[i].Since)); again.Until.Equal(waiting[i].Until) {
			waits[waiting[i].Schedule] = true
			if err := runs.Plan(ctx, again); err != nil {
				return err
			}
		}
	}
	for i := range schedules {
		if schedule := &schedules[i]; schedule.On() && !waits[schedule.Label()] {
			if err := runs.Plan(ctx, current(schedule, s.o.Now())); err != nil {
				return err
			}
		}
	}
	return nil
}

// find returns the schedule of an id that is on.
func find(schedules []config.ReportSchedule, id string) *config.ReportSchedule {
	for i := range schedules {
		if schedules[i].Label() == id && schedules[i].On() {
			return &schedules[i]
		}
	}
	return nil
}

// planned says whether a run is as its schedule would have it by now.
func planned(s *config.ReportSchedule, r *store.ReportRun) bool {
	as := run(s, r.Since)
	return begin(s, r.Since).Equal(r.Since) && as.Until.Equal(r.Until) && (r.Tries > 0 || as.Due.Equal(r.Due))
}

// send sends a report, or puts it off, or gives it up; what comes next is planned with it.
func (s *Sender) send(ctx context.Context, runs store.ReportRuns, log Figures, schedule *config.ReportSchedule, r store.ReportRun) error {
	tries := r.Tries
	next := run(schedule, r.Until)
	err := s.post(ctx, log, schedule, &r, "report.spend", s.o.Queue)
	switch {
	case err == nil:
		r.State, r.Ended, r.Fault = store.RunSent, s.o.Now(), ""
		s.count("sent")
	case ctx.Err() != nil:
		return ctx.Err()
	case tries >= len(delays):
		r.State, r.Ended, r.Fault = store.RunGivenUp, s.o.Now(), bounded(err)
		s.count("given_up")
		s.o.Log.Error("a report could not be sent", "schedule", r.Schedule, "since", r.Since, "error", err)
	default:
		r.Tries, r.Due, r.Fault = tries+1, s.o.Now().Add(delays[tries]), bounded(err)
		s.count("retried")
		s.o.Log.Warn("a report could not be sent; it will be tried again", "schedule", r.Schedule, "since", r.Since, "error", err)
		return runs.Record(ctx, r, tries, nil)
	}
	return runs.Record(ctx, r, tries, &next)
}

// post makes a report and hands it over.
func (s *Sender) post(ctx context.Context, log Figures, schedule *config.ReportSchedule, r *store.ReportRun, kind string, post Post) error {
	made, err := Make(ctx, log, query(schedule, r.Since, r.Until))
	if err != nil {
		return err
	}
	now, id, names := s.o.Now(), identify(kind, r), s.o.Names(ctx)
	if schedule.Type == "email" {
		l, err := letter(schedule, made, id, names, now)
		if err != nil {
			return err
		}
		return s.o.Mail.Send(ctx, &schedule.SMTP, l)
	}
	body, err := payload(schedule, made, kind, names, now)
	if err != nil {
		return err
	}
	return post(ctx, schedule.URL.Reveal(), id, body)
}

// identify is the id of a report, the same at each try.
func identify(kind string, r *store.ReportRun) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x1f%s\x1f%d\x1f%d", kind, r.Schedule, r.Since.UnixMicro(), r.Until.UnixMicro()))
	return "report-" + hex.EncodeToString(sum[:16])
}

// ErrNoStore says that the store cannot be reached.
var ErrNoStore = errors.New("report: the store cannot be reached")

// Test sends the report of the time before this one, now, marked as a test, and tells why it
// could not.
func (s *Sender) Test(ctx context.Context, schedule *config.ReportSchedule) error {
	kept := s.o.Store()
	if kept == nil {
		return ErrNoStore
	}
	r := before(schedule, s.o.Now())
	if err := s.post(ctx, kept.Log(), schedule, &r, "report.test", s.o.Try); err != nil {
		s.count("test_failed")
		return err
	}
	s.count("test_sent")
	return nil
}

func (s *Sender) prune(ctx context.Context, runs store.ReportRuns) error {
	now := s.o.Now()
	s.mu.Lock()
	due := now.Sub(s.pruned) > pruneEvery
	if due {
		s.pruned = now
	}
	s.mu.Unlock()
	if !due {
		return nil
	}
	return runs.Prune(ctx, now.Add(-keptFor))
}

func (s *Sender) count(outcome string) { s.o.Metrics.Reports.WithLabelValues(outcome).Inc() }

// bounded is an error as it is kept.
func bounded(err error) string { return fmt.Sprintf("%.500s", err.Error()) }
