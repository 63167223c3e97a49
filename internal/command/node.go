package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/batch"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/egress"
	"github.com/asbru-gateway/asbru/pkg/files"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/idempotency"
	"github.com/asbru-gateway/asbru/pkg/incident"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/keys/balance"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcpserver"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/otlp"
	"github.com/asbru-gateway/asbru/pkg/plugin/artefact"
	"github.com/asbru-gateway/asbru/pkg/prompt"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/asbru-gateway/asbru/pkg/webhook"
	"github.com/valyala/fasthttp"
)

// nodeOptions are what a node that serves calls is made of.
type nodeOptions struct {
	version string
	name    string
	roles   []string
	labels  map[string]string
	log     *slog.Logger
	calls   gateway.CallLog
	metrics *telemetry.Metrics
	conn    *bus.Conn
	secret  secret.Key
	// first is what is in force until the cluster has told its configuration.
	first *config.Config
	// kept is the folder for the last configuration; "" keeps none.
	kept string
	// admin serves the admin API; nil: there is none here.
	admin        fasthttp.RequestHandler
	opsElsewhere bool
	// spool is the folder for what calls have used and could not be told yet.
	spool string
	// limits counts what callers with limits use.
	limits *counts
	// overflow hands calls over to workers; nil: there are none.
	overflow gateway.Overflow
	// programs may be run here as MCP servers.
	programs map[string]mcp.Command
	// strict has calls refused when what they use could not be recorded.
	strict bool
}

// node is the engine behind its door, and its ties to the cluster.
type node struct {
	nodeOptions
	started  time.Time
	mock     *mock.Server
	gateway  *gateway.Gateway
	edge     *edge.Edge
	follower *rollout.Follower
	keys     *virtualkey.KV
	minter   *virtualkey.Minter
	prompts  *prompt.Shelf
	beater   *member.Beater
	usage    *usage.Recorder
	said     *transcript.Keeper
	jobs     *jobs
	catalog  *catalog.Refresher
	tools    *mcp.Pool
	// artefacts are what plugins are made of.
	artefacts *artefact.Cache
	sender    *otlp.Sender
	incidents *incident.Teller
	mcp       *mcpserver.Server
	// overflowed is how many calls were handed over, or taken from others; nil: none.
	overflowed func() int64
	heard      atomic.Uint64 // the newest revision of a virtual key that was heard of
	draining   atomic.Bool
	// webhooksAnywhere: webhooks may go into private networks.
	webhooksAnywhere atomic.Bool
}

// spoolBytes bounds what lies on disk until it can be told.
const spoolBytes = 256 << 20

// newNode makes a node. It serves and follows nothing yet.
func newNode(ctx context.Context, o nodeOptions) (*node, error) {
	limitMemory(o.log)
	n := &node{nodeOptions: o, started: time.Now(), mock: mock.New(mock.Options{}), keys: virtualkey.NewKV(o.conn), minter: virtualkey.NewMinter(o.secret)}
	n.beater = member.NewBeater(o.conn, n.state, o.log)
	spool, err := usage.OpenSpool(o.spool, spoolBytes)
	if err != nil {
		n.mock.Close()
		return nil, err
	}
	n.usage = usage.NewRecorder(usage.Options{
		Farewell: farewell,
		Node:     o.name, Publisher: usage.NewJetStream(o.conn), Spool: spool, Strict: o.strict, Metrics: o.metrics, Log: o.log,
	})
	n.said = transcript.NewKeeper(transcript.KeeperOptions{
		Node: o.name, Publisher: usage.NewLane(o.conn, bus.TranscriptBatch, bus.TranscriptLog), Metrics: o.metrics, Log: o.log,
	})
	if n.prompts, err = prompt.NewShelf(o.conn); err != nil {
		n.mock.Close()
		return nil, err
	}
	known := &catalog.Live{}
	n.artefacts = artefactsIn(filepath.Dir(o.kept), o.conn)
	if err := fetchArtefacts(ctx, n.artefacts, o.first); err != nil {
		o.log.Warn("an artefact of a plugin cannot be fetched", "error", err) // what is here already may do
	}
	n.tools = newTools(o.conn, o.version, o.log, o.programs, o.remoteTools())
	n.sender = otlp.NewSender(otlp.Options{Gatherer: o.metrics.Gather(), Lost: o.metrics.TracesLost, Log: o.log})
	n.incidents = incident.NewTeller(o.conn, o.log)
	n.gateway, err = gateway.New(ctx, o.first, n.gatewayOptions(known))
	if err != nil {
		n.mock.Close()
		n.sender.Close()
		return nil, err
	}
	n.catalog = catalog.NewRefresher(catalog.RefresherOptions{Live: known, Keep: o.keptCatalog(), Log: o.log})
	n.catalog.Follow(catalogSettings(o.first))
	n.sender.Follow(otlp.SettingsOf(&o.first.Telemetry, o.name, o.version))
	queue := job.NewQueue(o.conn, o.log)
	kept := files.NewStore(o.conn)
	batches := batch.NewStore(o.conn, kept, queue)
	n.mcp = o.newMCP(n.tools)
	n.edge, err = n.newEdge(queue, kept, batches)
	if err != nil {
		n.catalog.Close()
		n.gateway.Close()
		n.mock.Close()
		n.sender.Close()
		return nil, err
	}
	n.jobs = newJobs(n.edge.Run, batch.NewRunner(batches, batch.RunnerOptions{Call: n.edge.Run, Log: o.log}))
	n.jobs.runner = job.NewRunner(queue, job.RunnerOptions{
		Call: n.jobs.call, Notifier: webhook.NewQueue(o.conn), MaxNotice: webhook.MaxBodyBytes, Metrics: o.metrics, Log: o.log,
	})
	n.follower = rollout.NewFollower(rollout.Options{
		Source: rollout.NewSource(o.conn), Cluster: o.secret, Node: o.name, Labels: o.labels,
		Dir: o.kept, Apply: n.apply, Log: o.log,
	})
	err = errors.Join(o.metrics.Register(dependencyCollector(n.dependencies)), o.metrics.Register(n.tools.Collector()))
	if err != nil {
		n.close()
		return nil, err
	}
	n.connectTools(o.first)
	return n, nil
}

// newEdge makes the node's door, over the engine that there is.
func (n *node) newEdge(queue *job.Queue, kept *files.Store, batches *batch.Store) (*edge.Edge, error) {
	return edge.New(n.gateway, edge.Options{
		Node: n.name, Log: n.log, Metrics: n.metrics, Server: n.first.Server, Client: n.first.Client,
		OpsElsewhere: n.opsElsewhere, Admin: n.admin, Dependencies: n.dependencies,
		Idempotency:  idempotency.New(n.conn, n.log),
		MCP:          n.mcp,
		Jobs:         queue,
		Files:        kept,
		Batches:      batches,
		CheckWebhook: func(url string) error { return egress.CheckURL(url, n.webhooksAnywhere.Load()) },
	})
}

// gatewayOptions are what the node's engine is made with; known is the catalogue of models.
func (n *node) gatewayOptions(known *catalog.Live) gateway.Options {
	return gateway.Options{
		Log: n.log, Metrics: n.metrics, Calls: n.calls, Incidents: n.incidents.Tell,
		Known:       map[string]gateway.Reach{"mock": {Dial: n.mock.Dial}},
		Usage:       n.usage,
		Traces:      n.sender,
		Transcripts: n.said,
		Limits:      n.limits,
		Overflow:    n.overflow,
		Tools:       n.tools,
		Catalog:     known,
		Kinds:       pluginKinds(filepath.Dir(n.kept)),
		Artefacts:   n.artefacts.Path,
		Prompts:     n.prompts,
		Keys:        balance.New(balance.Options{Redis: n.limits.redis, Bus: n.conn, Log: n.log}),
		VirtualKeys: &gateway.VirtualKeys{Source: n.keys, Minter: n.minter},
	}
}

// catalogSettings says where the catalogue of models comes from.
func catalogSettings(cfg *config.Config) catalog.Settings {
	p := cfg.Framework.Pricing
	return catalog.Settings{From: p.URL, Every: p.Every(), Again: p.SyncedAt}
}

// keptCatalog is the file for the last catalogue; "" keeps none.
func (o *nodeOptions) keptCatalog() string {
	if o.kept == "" {
		return ""
	}
	return filepath.Join(o.kept, "models")
}

// farewell is how long a node that stops tries to have its last usage told, should
// NATS be on its way back.
const farewell = 5 * time.Second

// close frees what the node holds. It must have been drained.
func (n *node) close() {
	n.follower.Close()
	n.catalog.Close()
	n.edge.Close()
	n.gateway.Close()
	n.prompts.Close()
	n.tools.Close()
	n.mock.Close()
	n.sender.Close()
}

// apply puts a configuration of the cluster in force.
func (n *node) apply(d *config.Document, revision uint64) error {
	cfg, notes, err := d.Config(builtIn)
	if err != nil {
		return err
	}
	tell(notes, n.log)
	if err := fetchArtefacts(context.Background(), n.artefacts, cfg); err != nil {
		return err
	}
	if err := n.gateway.ApplyRevision(cfg, revision); err != nil {
		return err
	}
	n.edge.Configure(cfg.Client)
	n.mcp.Configure(mcpserver.SettingsOf(cfg))
	n.connectTools(cfg)
	n.catalog.Follow(catalogSettings(cfg))
	n.sender.Follow(otlp.SettingsOf(&cfg.Telemetry, n.name, n.version))
	n.webhooksAnywhere.Store(cfg.Webhooks.AllowPrivateNetworks)
	n.beater.Now()
	n.log.Info("configuration applied", "revision", revision, "providers", n.gateway.Providers())
	return nil
}

// follow ties the node to the cluster until ctx ends.
func (n *node) follow(ctx context.Context, running *sync.WaitGroup) error {
	running.Go(func() { n.usage.Run(ctx) }) // first: calls are taken already
	running.Go(func() { n.said.Run(ctx) })
	running.Go(func() { n.limits.teller.Run(ctx) })
	running.Go(func() { n.incidents.Run(ctx) })
	running.Go(func() { followApprovals(ctx, n.conn, n.tools) })
	running.Go(func() { n.acceptFormer(ctx) })
	running.Go(func() { n.serveMCP(ctx) })
	if err := n.hearPurges(); err != nil {
		return err
	}
	keys := virtualkey.NewFollower(n.keys, keyListener{n})
	if err := keys.Open(); err != nil {
		return err
	}
	running.Go(func() { keys.Run(ctx) })
	running.Go(func() {
		if err := n.follower.Run(ctx); err != nil {
			n.log.Error("the configuration is not followed", "error", err)
		}
	})
	running.Go(func() { n.tellChanges(ctx) })
	running.Go(func() { n.beater.Run(ctx) })
	return nil
}

// keyListener has the node hear of virtual keys.
type keyListener struct{ n *node }

func (l keyListener) Changed(c virtualkey.Change) {
	l.n.gateway.VirtualKeyChanged(c)
	l.n.heardOf(c.Revision)
}

func (l keyListener) Missed() { l.n.gateway.VirtualKeysMissed() }

func (l keyListener) Heard(revision uint64, before time.Time) {
	l.n.gateway.VirtualKeysHeard(before)
	l.n.heardOf(revision)
}

// heardOf tells the cluster which virtual keys the node has heard of.
func (n *node) heardOf(revision uint64) {
	if revision > n.heard.Load() {
		n.heard.Store(revision)
		n.beater.Now()
	}
}

// tellChanges has the node's state told whenever its configuration changes.
func (n *node) tellChanges(ctx context.Context) {
	for {
		_, changed := n.follower.Status()
		select {
		case <-changed:
			n.beater.Now()
		case <-ctx.Done():
			return
		}
	}
}

// state is what the node tells the cluster of itself.
func (n *node) state() member.State {
	status, _ := n.follower.Status()
	s := member.State{
		Node: n.name, Roles: n.roles, Version: n.version, Labels: n.labels, Started: n.started,
		Draining: n.draining.Load(), Config: status, VirtualKeys: n.heard.Load(), Counts: n.limits.where(),
		Usage: member.Usage(n.usage.Backlog()), Plugins: pluginStates(n.gateway.PluginStatus()),
	}
	if kept, on := n.gateway.CacheState(); on {
		c := member.Cache(kept)
		s.Cache = &c
	}
	g := n.gateway.State()
	s.Load = member.Load{Calls: g.Calls, Errors: g.Errors, Inflight: g.Inflight}
	if n.overflowed != nil {
		s.Load.Overflow = n.overflowed()
	}
	for _, p := range g.Providers {
		told := member.Provider{Name: p.Name, Busy: p.Busy, Waiting: p.Waiting, Slots: p.Slots, Tries: p.Tries, Failed: p.Failed}
		for _, k := range p.Keys {
			told.Keys = append(told.Keys, member.Key{Name: k.Name, Weight: k.Weight, Used: k.Used, CoolUntil: k.CoolUntil, Disabled: k.Disabled, Broken: k.Broken, Scarce: k.Scarce, Reason: k.Reason})
		}
		s.Providers = append(s.Providers, told)
	}
	return s
}

// configured says whether the node has a configuration to serve by, from its start or
// from the cluster.
func (n *node) configured(status rollout.Status) bool {
	return status.Revision != 0 || len(n.gateway.Providers()) != 0
}

// dependencies is what /readyz shows. A node serves without NATS; what it cannot
// do without is a configuration.
func (n *node) dependencies() []edge.Dependency {
	bus := edge.Dependency{Name: "nats", Status: "connected", OK: true}
	if !n.conn.Control.NATS.IsConnected() {
		bus.Status, bus.OK = "not connected: the configuration is frozen, usage is kept on disk", false
	}
	status, _ := n.follower.Status()
	cfg := edge.Dependency{Name: "config", Status: fmt.Sprintf("revision %d", status.Revision), OK: true, Needed: true}
	switch {
	case !n.configured(status):
		cfg.Status, cfg.OK = "none yet", false
	case status.Error != "":
		cfg.Status = fmt.Sprintf("revision %d; revision %d could not be applied", status.Revision, status.Wanted)
	}
	all := []edge.Dependency{cfg, bus}
	if redis, there := n.limits.dependency(); there {
		all = append(all, redis)
	}
	return all
}

// leave tells that the node is about to go.
func (n *node) leave(timeout time.Duration) {
	n.draining.Store(true)
	n.beater.Now()
	n.log.Info("draining", "timeout", timeout.String())
}

// drain takes the node out of service: see [edge.Edge.Drain].
func (n *node) drain(timeout, grace time.Duration) {
	n.leave(timeout)
	ctx, stop := context.WithTimeout(context.Background(), timeout)
	defer stop()
	var jobs sync.WaitGroup
	jobs.Go(func() { n.jobs.stop(ctx) })
	n.edge.Drain(ctx, grace)
	jobs.Wait()
}
