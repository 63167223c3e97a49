package subscribe

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// Options are what a feeder is made with.
type Options struct {
	Conn *bus.Conn
	// Config returns the newest configuration.
	Config func(context.Context) (*config.Config, error)
	// Make makes a plugin; nil for one of a kind that is never told of events.
	Make func(*config.Config, *config.Plugin) (plugin.Plugin, error)
	// AckWait is after what time an event is told by another control whose first has died;
	// 0: a minute.
	AckWait time.Duration
	// Backoff is how long it is waited after a try, counted from 1, and whether there is
	// another; nil: as [Backoff].
	Backoff func(try uint64) (pause time.Duration, again bool)
	Log     *slog.Logger
}

const ackWait = time.Minute

// pauses are those between tries. The last is about a day behind the first.
var pauses = [...]time.Duration{
	time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

// Backoff is how long it is usually waited after a try.
func Backoff(try uint64) (pause time.Duration, again bool) {
	if try == 0 || try > uint64(len(pauses)) {
		return 0, false
	}
	return pauses[try-1], true
}

// Feeder has the plugins of the newest configuration told of events.
type Feeder struct {
	o   Options
	log *slog.Logger

	mu      sync.Mutex
	tallies map[string]*tally
	running map[string]*subscription // those that are told; only Run changes it

	// failed are those that could not be made, each with what it was tried with. Only Run
	// uses it.
	failed map[string]failure
}

type failure struct {
	config *config.Plugin
	at     time.Time
	final  bool // it wants to be told nothing
}

const (
	lookEvery = 5 * time.Second
	// makeEvery is how often a plugin is tried that cannot be made.
	makeEvery = 30 * time.Second
)

// NewFeeder makes a feeder; it tells nothing before Run.
func NewFeeder(o Options) *Feeder {
	o.AckWait = cmp.Or(o.AckWait, ackWait)
	if o.Backoff == nil {
		o.Backoff = Backoff
	}
	return &Feeder{o: o, log: o.Log, tallies: map[string]*tally{}, running: map[string]*subscription{}, failed: map[string]failure{}}
}

// Run has plugins told until ctx ends.
func (f *Feeder) Run(ctx context.Context) {
	changed := make(chan struct{}, 1)
	hint, err := f.o.Conn.Control.NATS.Subscribe(bus.ConfigChanged.At(), func(*nats.Msg) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	if err == nil { // else it is looked a little later
		defer hint.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	}
	defer func() {
		for name := range f.running {
			f.end(name)
		}
	}()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := f.look(ctx); err != nil && ctx.Err() == nil {
			f.log.Debug("it could not be looked which plugins are told of events", "error", err) // NATS's state is told elsewhere
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Status returns how a plugin is told of events; false for one that is not.
func (f *Feeder) Status(name string) (Status, bool) {
	f.mu.Lock()
	t := f.tallies[name]
	f.mu.Unlock()
	if t == nil {
		return Status{}, false
	}
	return t.status(), true
}

// look brings what is told in line with the configuration.
func (f *Feeder) look(ctx context.Context) error {
	// What there is first: a consumer that is there now belongs to a plugin that the
	// configuration read behind this still has, unless it was taken out.
	stale, err := f.consumers(ctx)
	if err != nil {
		return err
	}
	cfg, err := f.o.Config(ctx)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for i := range cfg.Plugins {
		p := &cfg.Plugins[i]
		if p.On() {
			f.keep(ctx, cfg, p)
			wanted[p.Name] = f.running[p.Name] != nil
		}
		switch s := f.running[p.Name]; {
		case s != nil && wanted[p.Name]:
			stale.spare(p.Name, sourcesOf(s.tell))
		case !f.failed[p.Name].final: // it is turned off, or cannot be made just now: it will be told later
			stale.spare(p.Name, sources)
		}
	}
	for name := range f.running {
		if !wanted[name] {
			f.end(name)
			f.forget(name)
		}
	}
	return stale.remove(ctx, f.o.Conn)
}

// keep has a plugin told as it is configured, if it wants that.
func (f *Feeder) keep(ctx context.Context, cfg *config.Config, p *config.Plugin) {
	timeout := min(cmp.Or(p.Settings().Timeout, usualTimeout), mostTimeout)
	s := f.running[p.Name]
	if s != nil && s.config.Equal(p) && s.timeout == timeout {
		return
	}
	if was, ok := f.failed[p.Name]; ok && was.config.Equal(p) && (was.final || time.Since(was.at) < makeEvery) {
		return
	}
	made, err := f.o.Make(cfg, p)
	if err != nil { // one that was made before goes on
		f.failed[p.Name] = failure{config: p, at: time.Now()}
		f.tally(p.Name).fail(err)
		return
	}
	if s != nil {
		f.end(p.Name)
	}
	tell, ok := made.(plugin.Subscriber)
	if !ok || !plugin.Wants(made, plugin.OnClusterEvent) {
		f.failed[p.Name] = failure{config: p, final: true}
		f.forget(p.Name)
		if c, ok := made.(plugin.Closer); ok {
			_ = c.Close() // it was of no use
		}
		return
	}
	delete(f.failed, p.Name)
	s = &subscription{
		o: &f.o, name: p.Name, log: f.log.With("plugin", p.Name), config: p, plugin: made, tell: tell, timeout: timeout, tally: f.tally(p.Name),
		commit: rollout.Opener(f.o.Conn),
	}
	s.run(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running[p.Name] = s
}

// end has a plugin told of nothing more.
func (f *Feeder) end(name string) {
	f.mu.Lock()
	s := f.running[name]
	delete(f.running, name)
	f.mu.Unlock()
	s.close()
}

func (f *Feeder) tally(name string) *tally {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tallies[name]
	if t == nil {
		t = &tally{}
		f.tallies[name] = t
	}
	return t
}

func (f *Feeder) forget(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.tallies, name)
}
