package command

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/control"
	"github.com/asbru-gateway/asbru/edge/gone"
	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/plugin/artefact"
	"github.com/asbru-gateway/asbru/pkg/prompt"
	"github.com/asbru-gateway/asbru/pkg/report"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/subscribe"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/testcall"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/asbru-gateway/asbru/pkg/webhook"
	"github.com/nats-io/nats.go"
	"github.com/valyala/fasthttp"
)

// adminAPI serves the admin API once it is there. Until then it asks for patience.
type adminAPI struct {
	handler atomic.Pointer[fasthttp.RequestHandler]
}

// withLive answers the path of the WebSocket natively, and all others by the admin API.
func withLive(rest fasthttp.RequestHandler, live *control.Live) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if string(ctx.Path()) == control.LivePath {
			live.Serve(ctx)
			return
		}
		rest(ctx)
	}
}

func (a *adminAPI) open(d *desk) {
	h := withLive(adapted(d.control, d.callers), d.live)
	a.handler.Store(&h)
}

func (a *adminAPI) serve(ctx *fasthttp.RequestCtx) {
	if h := a.handler.Load(); h != nil {
		(*h)(ctx)
		return
	}
	ctx.Response.Header.Set("Retry-After", "1")
	ctx.SetStatusCode(fasthttp.StatusServiceUnavailable)
	ctx.SetContentType("application/json")
	ctx.SetBodyString(`{"error":{"code":"starting","message":"The admin API is about to be ready."}}`)
}

// desk is where the cluster is managed: what the roles control and up have in common.
type desk struct {
	conn      *bus.Conn
	log       *slog.Logger
	publisher *rollout.Publisher
	plugins   *gateway.PluginCheck
	keys      *virtualkey.Book
	nodes     *member.View
	control   *control.Control
	live      *control.Live
	// several: there are secret keys beside the first, whose seals are made anew.
	several bool
	// store is nil while it cannot be reached.
	store   atomic.Pointer[store.Store]
	sender  *webhook.Sender
	alerts  *alert.Watcher
	feeder  *subscribe.Feeder
	reports *report.Sender
	// tools are those connections to MCP servers that are the desk's own, to show what tools
	// there are; nil where the process's node has some.
	tools *mcp.Pool
	// callers tells when those leave who ask the admin API.
	callers *gone.Watcher
	// signing is nil until the configuration was read.
	signing atomic.Pointer[webhook.Settings]
}

// deskOptions are what a desk is made with.
type deskOptions struct {
	conn           *bus.Conn
	cluster        secret.Key
	token, version string
	counts         limits.Reader    // nil where each node counts for itself
	gateway        *gateway.Gateway // nil where none runs in this process
	tools          *mcp.Pool        // of this process
	dataDir        string
	source         rollout.Origin // of the configuration
	metrics        *telemetry.Metrics
	log            *slog.Logger
}

// newDesk makes all that the cluster's record needs exist, finishes what a desk
// that died has left, and makes the admin API.
func newDesk(ctx context.Context, o deskOptions) (*desk, error) {
	conn, log := o.conn, o.log
	if err := bus.Provision(ctx, conn, bus.ProvisionOptions{}); err != nil {
		return nil, err
	}
	d := &desk{
		conn: conn, log: log, publisher: rollout.NewPublisher(rollout.NewRecord(conn), o.cluster),
		keys: virtualkey.NewBook(conn), nodes: member.NewView(), several: o.cluster.Several(),
		plugins: &gateway.PluginCheck{Kinds: pluginKinds(o.dataDir, conn), Artefacts: fetching(artefactsIn(o.dataDir, conn)), Elsewhere: o.gateway == nil},
	}
	if err := d.publisher.Repair(ctx); err != nil {
		return nil, err
	}
	if err := d.keys.Open(ctx); err != nil {
		return nil, err
	}
	d.sender = webhook.NewSender(conn, webhook.Options{Settings: d.signing.Load, Metrics: o.metrics, Log: log})
	d.alerts, d.reports = d.newWatcher(o.metrics), d.newReports(o.metrics)
	d.feeder = subscribe.NewFeeder(subscribe.Options{
		Conn: conn, Config: func(ctx context.Context) (*config.Config, error) { return d.control.NewestConfig(ctx) }, Make: d.plugins.Subscriber, Log: log,
	})
	if err := o.metrics.Register(d.feeder); err != nil {
		return nil, err
	}
	callers, err := gone.New()
	if err != nil {
		return nil, err
	}
	d.callers = callers
	d.control = control.New(control.Options{
		Version: o.version, Log: log, Token: config.Secret(o.token), Check: check, Plugins: d.plugins, Artefacts: artefact.NewShelf(conn),
		Config: d.publisher, ConfigFile: o.source.Name, Keys: d.keys, Minter: virtualkey.NewMinter(o.cluster), Nodes: d.nodes, Store: d.store.Load, Secret: o.cluster, References: []config.Option{inVault},
		WebhookSecret:    config.Secret(webhook.DerivedSecret(o.cluster)),
		Jobs:             job.NewQueue(conn, log),
		DeadWebhooks:     webhook.NewQueue(conn),
		Counts:           o.counts,
		Gateway:          o.gateway,
		Alerts:           d.alerts,
		Subscriptions:    d.feeder,
		Reports:          d.reports,
		Prompts:          prompt.NewRepository(conn),
		Tools:            o.tools,
		SignIns:          account.NewTally(conn, log),
		SealedWithOthers: d.sealedWithOthers, Node: conn.Node(),
		PurgeCache: func(s cache.Selection) error { return purgeCaches(conn, s) },
		Drain:      func(ctx context.Context, node string) error { return member.Drain(ctx, conn, node) },
		TestCalls:  testcall.NewAsker(conn),
	})
	if o.gateway == nil {
		d.tools = o.tools
	}
	d.live = d.control.NewLive(conn)
	return d, nil
}

// check decodes and checks a configuration of the cluster.
func check(d *config.Document) (*config.Config, []config.Note, error) { return d.Config(builtIn) }

// run keeps the desk informed until ctx ends.
func (d *desk) run(ctx context.Context, running *sync.WaitGroup) {
	running.Go(func() {
		<-ctx.Done()
		_ = d.callers.Close() // it ends with the process
	})
	running.Go(func() { d.keys.Run(ctx) })
	running.Go(func() { d.live.Run(ctx) })
	if d.several {
		running.Go(func() { d.reseal(ctx) })
	}
	running.Go(func() {
		if err := d.nodes.Run(ctx, d.conn); err != nil {
			d.log.Error("the nodes are not listened to", "error", err)
		}
	})
	running.Go(func() { control.RefreshSecrets(ctx, d.publisher, openVault, d.log) })
	running.Go(func() {
		control.WatchTrials(ctx, d.publisher, d.nodes, d.log, func(revision uint64, reason string) { d.givenUp(ctx, revision, reason) })
	})
	running.Go(func() { d.sender.Run(ctx) })
	d.watchAlerts(ctx, running)
	running.Go(func() { d.feeder.Run(ctx) })
	running.Go(func() { d.reports.Run(ctx) })
	running.Go(func() { d.keepPools(ctx) })
	if d.tools != nil {
		running.Go(func() { followSignIns(ctx, d.conn, d.tools) })
		running.Go(func() {
			followApprovals(ctx, d.conn, d.tools)
			d.tools.Close()
		})
	}
	running.Go(func() {
		if err := bus.WatchNodes(ctx, d.conn, nil); err != nil {
			d.log.Warn("nodes that die are noticed by their silence only", "error", err)
		}
	})
}

// poolsEvery is how often the workers' queues are looked after. They lie in the
// memory of a server, and are gone with it.
const poolsEvery = 2 * time.Second

// keepPools has a queue for workers exist for each provider, until ctx ends. A new
// provider has its queue at once, so that its first calls need not wait for one.
func (d *desk) keepPools(ctx context.Context) {
	changed := make(chan struct{}, 1)
	hint, err := d.conn.Control.NATS.Subscribe(bus.ConfigChanged.At(), func(*nats.Msg) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	if err == nil { // else they are made a little later
		defer hint.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	}
	tick := time.NewTicker(poolsEvery)
	defer tick.Stop()
	for {
		d.mend(ctx)
		if err := d.makePools(ctx); err != nil && ctx.Err() == nil {
			d.log.Debug("the workers' queues could not be made", "error", err) // NATS's state is told elsewhere
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// mend looks whether the pointer to the configuration is the cluster's own.
func (d *desk) mend(ctx context.Context) {
	mended, err := d.publisher.Mend(ctx)
	switch {
	case mended:
		d.log.Error("the pointer to the configuration was forged, put back or taken away; what is in force was put in its place")
	case err != nil && ctx.Err() == nil:
		d.log.Debug("the pointer to the configuration could not be looked at", "error", err) // NATS's state is told elsewhere
	}
}

func (d *desk) makePools(ctx context.Context) error {
	cfg, err := d.control.NewestConfig(ctx)
	if err != nil {
		return err
	}
	d.signing.Store(&webhook.Settings{Key: cfg.Webhooks.Key(), AllowPrivate: cfg.Webhooks.AllowPrivateNetworks})
	if d.tools != nil {
		d.tools.Apply(mcp.Servers(cfg))
	}
	return bus.ProvisionPools(ctx, d.conn, slices.Sorted(maps.Keys(cfg.Providers)))
}

// takeOver commits what has changed in a configuration that is kept elsewhere.
func (d *desk) takeOver(ctx context.Context, from *config.Document, source rollout.Origin) error {
	c, err := d.publisher.Seed(ctx, from, source, func(next *config.Document) error {
		return checkWithPlugins(next, d.plugins)
	})
	if err != nil {
		return fmt.Errorf("take over the configuration from %s: %w", source.Author, err)
	}
	if c != nil {
		d.log.Info("configuration committed", "revision", c.Revision, "from", source.Author)
	}
	return nil
}
