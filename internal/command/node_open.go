package command

import (
	"context"
	"path/filepath"
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
	"github.com/asbru-gateway/asbru/pkg/otlp"
	"github.com/asbru-gateway/asbru/pkg/prompt"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/transcript"
	"github.com/asbru-gateway/asbru/pkg/usage"
	"github.com/asbru-gateway/asbru/pkg/webhook"
)

// spoolBytes bounds what lies on disk until it can be told.
const spoolBytes = 256 << 20

// farewell is how long a node that stops tries to have its last usage told, should
// NATS be on its way back.
const farewell = 5 * time.Second

// openBooks opens what calls are recorded in: usage, what was said, what was found, traces.
func (n *node) openBooks(context.Context) error {
	spool, err := usage.OpenSpool(n.spool, spoolBytes)
	if err != nil {
		return err
	}
	n.usage = usage.NewRecorder(usage.Options{
		Farewell: farewell,
		Node:     n.name, Publisher: usage.NewJetStream(n.conn), Spool: spool, Strict: n.strict, Metrics: n.metrics, Log: n.log,
	})
	n.said = transcript.NewKeeper(transcript.KeeperOptions{
		Node: n.name, Publisher: usage.NewLane(n.conn, bus.TranscriptBatch, bus.TranscriptLog), Metrics: n.metrics, Log: n.log,
	})
	n.incidents = incident.NewTeller(n.conn, n.log)
	n.sender = otlp.NewSender(otlp.Options{Gatherer: n.metrics.Gather(), Lost: n.metrics.TracesLost, Log: n.log})
	n.onClose(n.sender.Close)
	n.sender.Follow(otlp.SettingsOf(&n.first.Telemetry, n.name, n.version))
	return nil
}

// openPluginsAndTools opens what calls may make use of besides providers: prompts, the
// artefacts of plugins, the tools of MCP servers.
func (n *node) openPluginsAndTools(ctx context.Context) (err error) {
	if n.prompts, err = prompt.NewShelf(n.conn); err != nil {
		return err
	}
	n.onClose(n.prompts.Close)
	n.artefacts = artefactsIn(filepath.Dir(n.kept), n.conn)
	if err := fetchArtefacts(ctx, n.artefacts, n.first); err != nil {
		n.log.Warn("an artefact of a plugin cannot be fetched", "error", err) // what is here already may do
	}
	n.tools = newTools(n.conn, n.version, n.log, n.programs, n.remoteTools())
	n.onClose(n.tools.Close)
	return n.metrics.Register(n.tools.Collector())
}

// openEngine opens the engine, the mock provider and the catalogue of models.
func (n *node) openEngine(ctx context.Context) (err error) {
	n.mock = mock.New(mock.Options{})
	n.onClose(func() { n.mock.Close() })
	known := &catalog.Live{}
	if n.gateway, err = gateway.New(ctx, n.first, n.gatewayOptions(known)); err != nil {
		return err
	}
	n.onClose(n.gateway.Close)
	n.catalog = catalog.NewRefresher(catalog.RefresherOptions{Live: known, Keep: n.keptCatalog(), Log: n.log})
	n.onClose(n.catalog.Close)
	n.catalog.Follow(catalogSettings(n.first))
	return nil
}

// openDoor opens the edge, and who runs jobs through it.
func (n *node) openDoor(context.Context) (err error) {
	queue, kept := job.NewQueue(n.conn, n.log), files.NewStore(n.conn)
	batches := batch.NewStore(n.conn, kept, queue)
	n.mcp = n.newMCP(n.tools)
	if n.edge, err = n.newEdge(queue, kept, batches); err != nil {
		return err
	}
	n.onClose(func() { n.edge.Close() })
	n.jobs = newJobs(n.edge.Run, batch.NewRunner(batches, batch.RunnerOptions{Call: n.edge.Run, Log: n.log}))
	n.jobs.runner = job.NewRunner(queue, job.RunnerOptions{
		Call: n.jobs.call, Notifier: webhook.NewQueue(n.conn), MaxNotice: webhook.MaxBodyBytes, Metrics: n.metrics, Log: n.log,
	})
	return nil
}

// openFollower opens who takes over the cluster's configuration.
func (n *node) openFollower(context.Context) error {
	n.follower = rollout.NewFollower(rollout.Options{
		Source: rollout.NewSource(n.conn), Cluster: n.secret, Node: n.name, Labels: n.labels,
		Dir: n.kept, Apply: n.apply, Log: n.log,
	})
	n.onClose(n.follower.Close)
	return n.metrics.Register(dependencyCollector(n.dependencies))
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
		Node: n.name, Answers: n.sharedAnswers(), Neighbours: neighbours,
		Log: n.log, Metrics: n.metrics, Calls: n.calls, Incidents: n.incidents.Tell,
		Known:       map[string]gateway.Reach{"mock": {Dial: n.mock.Dial}},
		Usage:       n.usage,
		Traces:      n.sender,
		Transcripts: n.said,
		Limits:      n.limits,
		Overflow:    n.overflow,
		Tools:       n.tools,
		Catalog:     known,
		Kinds:       pluginKinds(filepath.Dir(n.kept), n.conn),
		PluginDir:   filepath.Join(filepath.Dir(n.kept), "plugins"),
		Artefacts:   n.artefacts.Path,
		Absent:      true,
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
