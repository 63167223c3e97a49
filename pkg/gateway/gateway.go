package gateway

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/routing"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/prometheus/client_golang/prometheus"
)

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
	outputs   outputs
	shadows   shadows
	plugins   *plugins
	kept      atomic.Pointer[cache.Answers] // nil while none are to be kept
	sharing   bool                          // they are kept for all nodes; for Apply alone
	embedding rest                          // of the model that texts are compared by
	// neighbours are where all nodes know what requests mean; for Apply and Close alone.
	neighbours   cache.SharedNeighbours
	neighboursAt string
	offers       offers
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
	far, err := g.openNeighbours(&cfg.Cache)
	if err != nil {
		g.metrics.ConfigReloads.WithLabelValues("refused").Inc()
		return err
	}
	end := g.makeRoom(&cfg.Cache, far)
	g.snapshot.Store(s)
	end()
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
	if g.neighbours != nil {
		g.closeNeighbours(g.neighbours)
	}
	g.snapshot.Load().retire(nil)
	g.plugins.wait()
}
