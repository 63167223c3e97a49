package gateway

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/routing"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/prometheus/client_golang/prometheus"
)

// Options are what a gateway is made with besides its configuration. The zero value will do.
type Options struct {
	Log     *slog.Logger       // default: slog.Default()
	Calls   CallLog            // where the lines of finished calls go; default: nowhere
	Metrics *telemetry.Metrics // default: a registry of its own
	// Providers are providers of your own, beside those of the configuration.
	Providers []Registration
	Hooks     Hooks // what is called on each call's way
	// Plugins are plugins of your own, which are called for each call, unless the
	// configuration has one of their name and says otherwise.
	Plugins []plugin.Plugin
	Kinds   []plugin.Kind // that the configuration's plugins may be of
	// Artefacts finds what the configuration's plugins are made of; nil: files alone will do.
	Artefacts Artefacts
	// Incidents is told of what plugins find in calls. It must not wait. Nil: nobody is.
	Incidents func(*plugin.Incident)
	// Known are settings of the built-in providers that only a program can give,
	// such as how to reach one that runs in the same process. By provider name.
	Known map[string]Reach
	// Usage takes the record of each finished call on its way to the ledger; nil: no
	// ledger is kept.
	Usage Usage
	// Transcripts takes what was said in calls, of which the configuration has that kept;
	// nil: nothing is kept.
	Transcripts Transcripts
	// Limits counts what callers with limits use; nil: limits are not enforced.
	Limits limits.Limiter
	// Overflow hands calls over to workers while slots are busy here; nil: there are none.
	Overflow Overflow
	// VirtualKeys are the virtual keys beside those of the configuration; nil: none.
	VirtualKeys *VirtualKeys
	// Keys shares the balance and the cool-downs of provider keys with other nodes;
	// nil: this is the only one.
	Keys Keys
	// Prompts are the prompts that calls name; nil: there are none.
	Prompts Prompts
	// Tools are those of MCP servers; nil: there are none.
	Tools *mcp.Pool
	// Traces takes the records of traced calls; nil: none is traced.
	Traces Traces
	// Catalog is what is known of models; nil: what comes with the program.
	Catalog *catalog.Live
}

// Usage is where the records of finished calls go. Its methods do not wait.
type Usage interface {
	// Put takes a record. It must not keep the pointer.
	Put(*telemetry.Record)
	// Full says that no call should be taken any more, since its record could be lost.
	Full() bool
}

// Traces is where the records of traced calls go.
type Traces interface {
	// Put takes a record. It does not wait, and must not keep the pointer.
	Put(*telemetry.Record)
}

// VirtualKeys is where virtual keys are read that are not in the configuration.
type VirtualKeys struct {
	Source virtualkey.Source
	Minter *virtualkey.Minter
}

// CallLog is where a line for each finished call is written, and how:
// [telemetry.AppendJSON] or [telemetry.AppendText].
type CallLog struct {
	Out  io.Writer                              // written to by one goroutine
	Line func([]byte, *telemetry.Record) []byte // appends the line of a record
}

// Hooks are called on each call's way. They run on the call's goroutine, so
// they must be quick, and safe for concurrent use.
type Hooks struct {
	// Request sees a call before it is routed. It may change Call.Head.Model and
	// Call.Fallbacks, or refuse the call with an error.
	Request func(*Call) *api.Error
	// Done sees the record of a finished call. It must not keep the pointer.
	Done func(*telemetry.Record)
}

// Gateway is the engine. Make one with [New], and [Gateway.Close] it at the end.
// Safe for concurrent use.
type Gateway struct {
	snapshot atomic.Pointer[Snapshot]
	log      *slog.Logger
	metrics  *telemetry.Metrics
	series   *telemetry.SeriesSet
	labels   callerLabels
	recorder *telemetry.Recorder
	callIDs  *telemetry.CallIDs
	hooks    Hooks
	options  Options
	calls    sync.Pool
	models   modelList
	catalog  *catalog.Live
	// directory finds virtual keys that are not in the configuration; nil: there are none.
	directory *virtualkey.Directory[Identity]
	settler   *settler // nil where nothing is limited
	latencies routing.Latencies
	fullness  fullness
	shadows   shadows
	plugins   *plugins
	kept      atomic.Pointer[cache.Memory] // answers; nil while none were to be kept
	flights   cache.Flights
	offers    offers
	// ruleFailed is told of each routing rule that fails.
	ruleFailed func(*routing.Rule, error)

	applying sync.Mutex // one Apply at a time

	mu      sync.Mutex
	waiting map[*Call]struct{} // calls that wait for a provider, streams among them, so that they can be ended

	stop context.CancelFunc
	done sync.WaitGroup
}

// New makes a gateway for a configuration. The context bounds the making, not
// the gateway's life. It fails on a configuration that cannot be put to work.
func New(ctx context.Context, cfg *config.Config, o Options) (*Gateway, error) {
	g := prepared(cfg, o)
	if o.Limits != nil {
		g.settler = newSettler(o.Limits)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := g.Apply(cfg); err != nil {
		return nil, err
	}
	for _, collector := range []prometheus.Collector{poolCollector{g}, pluginCollector{g}} {
		if err := g.metrics.Register(collector); err != nil {
			return nil, err
		}
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	g.stop = stop
	g.done.Go(func() { g.recorder.Run(running) })
	if o.Keys != nil {
		g.done.Go(func() { o.Keys.Run(running, keyNode{g}) })
	}
	return g, nil
}

// prepared makes a gateway that has no configuration yet, and of which nothing runs.
func prepared(cfg *config.Config, o Options) *Gateway {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Metrics == nil {
		o.Metrics = telemetry.NewMetrics("")
	}
	g := &Gateway{
		log:      o.Log,
		metrics:  o.Metrics,
		series:   telemetry.NewSeriesSet(o.Metrics, cfg.Client.MetricsModels()),
		labels:   callerLabelsOf(o.Metrics.Labels()),
		recorder: telemetry.NewRecorder(o.Calls.Out, o.Calls.Line, o.Metrics),
		callIDs:  telemetry.NewCallIDs(),
		hooks:    o.Hooks,
		options:  o,
		catalog:  cmp.Or(o.Catalog, new(catalog.Live)),
		waiting:  map[*Call]struct{}{},
		plugins:  newPlugins(o.Plugins, o.Log),
	}
	g.ruleFailed = func(r *routing.Rule, err error) {
		g.metrics.RoutingRuleErrors.WithLabelValues(r.Label()).Inc()
		g.log.Debug("a routing rule failed", "rule", r.Label(), "error", err)
	}
	if v := o.VirtualKeys; v != nil {
		g.directory = virtualkey.NewDirectory(v.Source, v.Minter.Made, identityOf)
	}
	g.calls.New = func() any { return &Call{wire: make([]byte, 0, usualWire)} }
	return g
}

// Apply compiles a configuration and puts it in force for the calls that begin
// from now on; those under way keep theirs. On an error nothing changes.
func (g *Gateway) Apply(cfg *config.Config) error { return g.apply(cfg, 0) }

// ApplyRevision is Apply for a configuration that has a number of its own.
func (g *Gateway) ApplyRevision(cfg *config.Config, revision uint64) error {
	return g.apply(cfg, int64(revision))
}

// apply puts a configuration in force; a revision of 0 stands for the next one.
func (g *Gateway) apply(cfg *config.Config, revision int64) error {
	g.applying.Lock()
	defer g.applying.Unlock()
	old := g.snapshot.Load()
	s, err := g.compile(cfg, old)
	if err != nil {
		g.metrics.ConfigReloads.WithLabelValues("refused").Inc()
		return err
	}
	if revision != 0 {
		s.Revision = revision
	}
	g.snapshot.Store(s)
	g.recorder.Enable(cfg.Client.Logs() && g.options.Calls.Out != nil)
	g.models.forget()
	g.metrics.ConfigReloads.WithLabelValues("applied").Inc()
	g.metrics.ConfigRevision.Set(float64(s.Revision))
	g.metrics.ConfigApplied.Set(float64(s.Applied.Unix()))
	if old != nil {
		old.retire(s)
	}
	return nil
}

// VirtualKeyChanged is called when a virtual key that is not in the configuration
// was made, changed or deleted.
func (g *Gateway) VirtualKeyChanged(c virtualkey.Change) {
	if g.directory != nil {
		g.directory.Change(c)
	}
}

// VirtualKeysHeard is called when every such change of before a time was heard.
func (g *Gateway) VirtualKeysHeard(before time.Time) {
	if g.directory != nil {
		g.directory.Confirm(before)
	}
}

// VirtualKeysMissed is called when such changes may have gone unheard.
func (g *Gateway) VirtualKeysMissed() {
	if g.directory != nil {
		g.directory.Distrust()
	}
}

// Revision returns the number of the configuration in force.
func (g *Gateway) Revision() int64 { return g.snapshot.Load().Revision }

// Providers returns the names of the configured providers, in order.
func (g *Gateway) Providers() []string {
	s := g.snapshot.Load()
	names := make([]string, len(s.ordered))
	for i, p := range s.ordered {
		names[i] = p.Name
	}
	return names
}

// CutCalls ends the calls that still wait for their providers, each with an
// error; a stream with an error event. It is for the end of a drain.
func (g *Gateway) CutCalls() {
	g.shadows.close()
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.waiting {
		c.shut.Store(true)
		c.cut.Fire()
	}
}

// Close stops the gateway: calls under way are cut, connections closed, records
// written. No call may begin after it.
func (g *Gateway) Close() {
	g.CutCalls()
	g.shadows.done.Wait()
	g.stop()
	g.done.Wait()
	if g.settler != nil {
		g.settler.close()
	}
	if kept := g.kept.Load(); kept != nil {
		kept.Close()
	}
	g.snapshot.Load().retire(nil)
	g.plugins.wait()
}

// Acquire returns an empty call.
func (g *Gateway) Acquire() *Call {
	return g.calls.Get().(*Call)
}

// Do takes a call through the engine. On nil the answer is in the call: whole,
// or to be pulled with [Call.Next]. On an error nothing has been answered and
// the caller is to be told the error in its dialect. Either way the call must be
// given to [Gateway.Release] afterwards.
func (g *Gateway) Do(c *Call) *api.Error {
	c.gateway, c.snapshot, c.began = g, g.snapshot.Load(), time.Now()
	if c.snapshot.tracing != nil {
		c.beginTrace()
	}
	return c.conclude(c.run())
}

// conclude ends a call that has been taken through the engine, but for a stream, which
// goes on.
func (c *Call) conclude(err *api.Error) *api.Error {
	if err != nil {
		c.failed, c.reserved.unused = err, !c.sent
		c.Usage = api.Usage{}
		c.settle(err.HTTPStatus())
	} else if !c.Streaming {
		c.settle(c.Status)
	} else if c.snapshot.transcripts != nil {
		c.listen()
	}
	return err
}

// Admit says whether a call's caller may call at all, for who has to know before
// [Gateway.Do] finds out.
func (g *Gateway) Admit(c *Call) *api.Error {
	c.gateway, c.snapshot, c.began = g, g.snapshot.Load(), time.Now()
	return c.admit()
}

// Look finds what is wrong with a call before it is made: its body, its caller, or
// where it is to go. The call is not fit for [Gateway.Do] afterwards.
func (g *Gateway) Look(c *Call) *api.Error {
	c.gateway, c.snapshot, c.began = g, g.snapshot.Load(), time.Now()
	if err := c.admit(); err != nil {
		return err
	}
	if err := c.peek(); err != nil {
		return err
	}
	if err := c.prompted(); err != nil {
		return err
	}
	return c.route()
}

func (c *Call) run() *api.Error {
	if err := c.admit(); err != nil {
		return err
	}
	if err := c.peek(); err != nil {
		return err
	}
	if c.gateway.hooks.Request != nil {
		if err := c.gateway.hooks.Request(c); err != nil {
			return err
		}
	}
	if c.Head.Op == api.OpModels {
		return c.listModels()
	}
	if err := c.prompted(); err != nil {
		return err
	}
	if c.gateway.options.Tools != nil {
		if answered, err := c.offerTools(); answered || err != nil {
			return err
		}
	}
	return c.onward()
}

// onward takes a call that may be made to the provider.
func (c *Call) onward() *api.Error {
	if c.snapshot.plugins != nil && !c.unplugged {
		if answered, err := c.plugIn(); answered || err != nil {
			return err
		}
	}
	if len(c.candidates) == 0 { // else it is known where it goes
		if err := c.route(); err != nil {
			return err
		}
	}
	c.deadline = c.allTries()
	if c.Head.Op == api.OpCountTokens && !c.candidates[0].provider.counts(c.candidates[0].model, c.In, &c.Head) {
		return c.estimateTokens()
	}
	if c.snapshot.cache != nil {
		if answered, err := c.fromCache(); answered || err != nil {
			return err
		}
	}
	if err := c.reserve(); err != nil {
		return err
	}
	return c.attempt()
}

// peek finds what routing and policy must know of the request.
func (c *Call) peek() *api.Error {
	switch {
	case c.In == nil || c.Head.Op == api.OpModels:
		return nil
	case c.relays():
		return c.peekRelay()
	}
	return c.In.Peek(&c.Head, c.Body)
}

// Release takes back a call, whatever state it is in: a stream that was not
// read to its end is given up, as the provider's cancel policy says. The call and
// all that was borrowed from it must not be used any more.
func (g *Gateway) Release(c *Call) {
	if c.Streaming {
		c.endStream()
	}
	c.drop()
	c.giveBack() // of a call that never came to be settled
	c.unwatch()
	if c.rule != nil && c.castsShadow() {
		c.cast()
	}
	c.reset()
	g.calls.Put(c)
}

// watch begins to look whether the caller leaves, and lets the call be cut.
func (c *Call) watch() {
	if c.watched {
		return
	}
	c.watched = true
	g := c.gateway
	g.mu.Lock()
	g.waiting[c] = struct{}{}
	g.mu.Unlock()
	if c.Client != nil {
		c.Client.Watch(c.leave)
	}
}

// unwatch ends what watch began: from here on nobody else touches the call.
func (c *Call) unwatch() {
	if !c.watched {
		return
	}
	if c.Client != nil {
		c.Client.Unwatch()
	}
	g := c.gateway
	g.mu.Lock()
	delete(g.waiting, c)
	g.mu.Unlock()
}
