package alert

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/email"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

// Options are what a watcher is made with.
type Options struct {
	// Node names the process, for what it alone knows.
	Node string
	// Config returns the newest configuration.
	Config func(ctx context.Context) (*config.Config, error)
	Nodes  func() []member.State
	// Connected says whether NATS can be reached.
	Connected func() bool
	// Turn reports whether it is this process's turn to do something, which ends with
	// done or after a minute.
	Turn    func(ctx context.Context, what string) (done func(), mine bool, err error)
	Queue   Queue
	Direct  Direct
	Metrics *telemetry.Metrics
	Log     *slog.Logger
	// Now is for tests.
	Now func() time.Time
}

// Watcher looks after alerts in one control. Safe for concurrent use.
type Watcher struct {
	o      Options
	mail   email.Sender
	seen   *observer
	events events
	own    own

	mu     sync.Mutex
	record Record
	cfg    *config.Alerts // as it was read last
	pruned time.Time
}

// NewWatcher makes a watcher; Run starts it.
func NewWatcher(o Options) *Watcher {
	o.Log = cmp.Or(o.Log, slog.Default())
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Watcher{o: o, seen: newObserver()}
}

const (
	// lookEvery is how often a watcher looks.
	lookEvery = 5 * time.Second
	// keptFor is how long an alert is kept after its end.
	keptFor = 90 * day
	// pruneEvery is how often old ones are removed.
	pruneEvery = time.Hour
)

// Opened gives the watcher its record, once the store is there.
func (w *Watcher) Opened(r Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.record = r
}

// Record returns the record, nil while the store is not there.
func (w *Watcher) Record() Record {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.record
}

// Run looks after alerts until ctx ends.
func (w *Watcher) Run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		w.Look(ctx)
		select {
		case <-tick.C:
		case <-w.events.told():
		case <-ctx.Done():
			return
		}
	}
}

// Look looks once: at the nodes, at what this process alone knows, and, if it is its
// turn, at the alerts of all. What fails is done at the next look.
func (w *Watcher) Look(ctx context.Context) {
	w.seen.observe(w.o.Now(), w.o.Nodes())
	cfg := w.settings(ctx)
	if cfg == nil {
		return
	}
	rules, channels := Rules(cfg), Channels(cfg)
	w.lookAtOwn(ctx, rules, channels)
	r := w.Record()
	if r == nil {
		return
	}
	for _, job := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"alerts", func(ctx context.Context) error { return w.step(ctx, r, rules, channels) }},
		{"alert-notices", func(ctx context.Context) error { return w.deliver(ctx, r, channels) }},
	} {
		if err := w.inTurn(ctx, job.name, job.do); err != nil && ctx.Err() == nil {
			w.o.Log.Debug("alerts", "doing", job.name, "error", err) // that the store or NATS is away is told elsewhere
		}
	}
}

// settings are those of the newest configuration that could be read.
func (w *Watcher) settings(ctx context.Context) *config.Alerts {
	ctx, cancel := context.WithTimeout(ctx, lookEvery)
	defer cancel()
	cfg, err := w.o.Config(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		w.cfg = &cfg.Alerts
	}
	return w.cfg
}

func (w *Watcher) inTurn(ctx context.Context, what string, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second) // well before the turn is over
	defer cancel()
	done, mine, err := w.o.Turn(ctx, what)
	if err != nil || !mine {
		return err
	}
	defer done()
	return do(ctx)
}

// step takes the alerts of all a step further.
func (w *Watcher) step(ctx context.Context, r Record, rules []Rule, channels []Channel) error {
	now := w.o.Now()
	open, err := r.Open(ctx)
	if err != nil {
		return err
	}
	silences, err := r.Silences(ctx, now)
	if err != nil {
		return err
	}
	events, taken := w.events.take()
	in := Input{Now: now, Rules: shared(rules), Channels: channels, Silences: silences, Open: open, Look: func(r *Rule) ([]Signal, bool) {
		seen, known := w.seen.look(r)
		for _, e := range events {
			if e.Kind == r.Kind {
				seen = append(seen, e)
			}
		}
		return seen, known
	}}
	out := Step(&in)
	if !out.Empty() {
		if err := r.Write(ctx, out); err != nil {
			return err
		}
		w.say(now, &out)
	}
	w.events.written(taken)
	w.gauge(open, &out)
	if now.Sub(w.pruned) > pruneEvery {
		w.pruned = now
		return r.Prune(ctx, now.Add(-keptFor))
	}
	return nil
}

// shared are the rules of what is not known to one control alone.
func shared(rules []Rule) []Rule {
	var of []Rule
	for _, r := range rules {
		if !r.Kind.local() {
			of = append(of, r)
		}
	}
	return of
}

// say logs what has begun and what is over.
func (w *Watcher) say(now time.Time, c *Changes) {
	for _, list := range [][]Alert{c.Made, c.Changed} {
		for i := range list {
			switch a := &list[i]; {
			case a.State == Firing && a.Fired.Equal(now):
				w.o.Log.Warn("an alert fires", "rule", a.Rule, "severity", string(a.Severity), "subject", a.Subject, "summary", a.Summary)
			case a.State == Resolved:
				w.o.Log.Info("an alert is over", "rule", a.Rule, "subject", a.Subject)
			}
		}
	}
}

// gauge has the metrics tell how many alerts fire.
func (w *Watcher) gauge(open []Alert, c *Changes) {
	states := map[string]*Alert{}
	for _, list := range [][]Alert{open, c.Made, c.Changed} {
		for i := range list {
			states[list[i].ID] = &list[i]
		}
	}
	firing := map[Severity]int{}
	for _, a := range states {
		if a.State == Firing {
			firing[a.Severity]++
		}
	}
	for _, s := range []Severity{Info, Warning, Critical} {
		w.o.Metrics.AlertsFiring.WithLabelValues(string(s)).Set(float64(firing[s]))
	}
}

// Tell takes an event, and returns when it is recorded. An error says that it should be
// told again.
func (w *Watcher) Tell(ctx context.Context, s Signal) error {
	select {
	case <-w.events.add(s):
		return nil
	case <-ctx.Done():
		return errors.Join(errors.New("an event is not recorded yet"), ctx.Err())
	}
}
