package command

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/catalog"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/incident"
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
	started time.Time
	// fingerprints are those of its secret keys.
	fingerprints []string
	mock         *mock.Server
	gateway      *gateway.Gateway
	edge         *edge.Edge
	follower     *rollout.Follower
	keys         *virtualkey.KV
	minter       *virtualkey.Minter
	prompts      *prompt.Shelf
	beater       *member.Beater
	usage        *usage.Recorder
	said         *transcript.Keeper
	jobs         *jobs
	catalog      *catalog.Refresher
	tools        *mcp.Pool
	applied      applied
	// artefacts are what plugins are made of.
	artefacts *artefact.Cache
	sender    *otlp.Sender
	incidents *incident.Teller
	mcp       *mcpserver.Server
	closers   []func() // of what it holds, in the order of its making
	// overflowed is how many calls were handed over, or taken from others; nil: none.
	overflowed func() int64
	// address is where callers reach the node, once it listens; "" before, and for who takes none.
	address  string
	heard    atomic.Uint64 // the newest revision of a virtual key that was heard of
	draining atomic.Bool
	// webhooksAnywhere: webhooks may go into private networks.
	webhooksAnywhere atomic.Bool
}

// newNode makes a node. It serves and follows nothing yet.
func newNode(ctx context.Context, o nodeOptions) (*node, error) {
	limitMemory(o.log)
	n := &node{nodeOptions: o, started: time.Now(), keys: virtualkey.NewKV(o.conn), minter: virtualkey.NewMinter(o.secret), fingerprints: o.secret.Fingerprints()}
	n.beater = member.NewBeater(o.conn, n.state, o.log)
	for _, open := range []func(context.Context) error{n.openBooks, n.openPluginsAndTools, n.openEngine, n.openDoor, n.openFollower} {
		if err := open(ctx); err != nil {
			n.close()
			return nil, err
		}
	}
	n.connectTools(o.first)
	return n, nil
}

// onClose has something freed when the node closes, before what was there earlier.
func (n *node) onClose(f func()) { n.closers = append(n.closers, f) }

// close frees what the node holds. It must have been drained.
func (n *node) close() {
	for _, f := range slices.Backward(n.closers) {
		f()
	}
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
