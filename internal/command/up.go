package command

import (
	"context"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/ui"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

type upFlags struct {
	listen, opsListen, config, dataDir, node, logLevel, logFormat string
	adminToken, secretKey, store, mcpStdio, natsListen            string
	counts                                                        countsFlags
	strictBilling, configLocked                                   bool
	drainTimeout, drainGrace                                      time.Duration
}

// strictUsage is the help of --strict-billing.
const strictUsage = "refuse calls while what they use could neither be told nor kept on disk"

func upCommand(b Build) *cobra.Command {
	var f upFlags
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Run the whole gateway in this process",
		Long: "Run the whole gateway in this process. Without a configuration file, providers are\n" +
			"taken from the environment (OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY);\n" +
			"without those, the built-in mock provider answers.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return up(ctx, b, &f, cmd.Flags())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8080", "`ADDRESS` to serve the API on")
	flags.StringVar(&f.opsListen, "ops-listen", "", "`ADDRESS` to serve health, metrics and, with the admin token, /debug/pprof/ on; metrics are then no longer on --listen")
	flags.StringVar(&f.config, "config", "", "configuration `FILE`, JSON or YAML; watched, and applied when it changes")
	flags.BoolVar(&f.configLocked, "config-locked", false, lockedUsage)
	flags.StringVar(&f.dataDir, "data-dir", "./asbru-data", "`FOLDER` for what must outlive the process")
	flags.StringVar(&f.node, "node-id", "", "`NAME` of this node (default: host name and a random suffix)")
	flags.StringVar(&f.adminToken, "admin-token", "", "`TOKEN` of those who administer the gateway (default: the one in FOLDER/admin-token, made at the first start)")
	flags.StringVar(&f.secretKey, "secret-key", "", "`KEY` that seals secrets at rest, 32 bytes in base64 (default: the one in FOLDER/secret-key, made at the first start)")
	flags.StringVar(&f.store, "store", "", "`URL` of the store of the usage ledger, sqlite:PATH or postgres://… (default: sqlite in FOLDER/asbru.db)")
	flags.StringVar(&f.natsListen, "nats-listen", "", "`ADDRESS` of the NATS in this process for programs of plugins, such as 127.0.0.1:4222 (default: it listens for nobody else)")
	f.counts.add(flags, "limits are counted in this process")
	stdioFlag(flags, &f.mcpStdio)
	flags.BoolVar(&f.strictBilling, "strict-billing", false, strictUsage)
	logFlags(flags, &f.logLevel, &f.logFormat)
	flags.DurationVar(&f.drainTimeout, "drain-timeout", 30*time.Second, "how long calls in flight may go on after SIGTERM")
	flags.DurationVar(&f.drainGrace, "drain-grace", time.Second, "how long to keep taking connections after SIGTERM, so that load balancers notice")
	return withEnvironment(cmd)
}

// up wires a whole cluster into this process and runs it until ctx ends, then
// drains it.
func up(ctx context.Context, b Build, f *upFlags, flags *pflag.FlagSet) error {
	source, err := sourceOf(f.config, f.configLocked)
	if err != nil {
		return err
	}
	watcher := config.NewWatcher(f.config, builtIn, inVault)
	document, notes, err := sourceDocument(f.config, watcher)
	if err != nil {
		return err
	}
	cfg, programs, err := atStart(document, flags, f.mcpStdio)
	if err != nil {
		return err
	}
	log, calls, err := newLog(f.logLevel, f.logFormat)
	if err != nil {
		return err
	}
	tell(notes, log)
	unlock, err := lockFolder(f.dataDir)
	if err != nil {
		return err
	}
	defer unlock()
	admin, err := adminToken(f.adminToken, f.dataDir, log)
	if err != nil {
		return err
	}
	key, err := secretKey(f.secretKey, f.dataDir)
	if err != nil {
		return err
	}
	name := nodeName(f.node)
	server, err := bus.StartServer(bus.ServerOptions{Name: "up", StoreDir: filepath.Join(f.dataDir, "nats"), Listen: f.natsListen, Secret: key, Log: log})
	if err != nil {
		return err
	}
	defer server.Shutdown()
	conn, err := bus.Connect(ctx, bus.Options{InProcess: server, Role: bus.Edge | bus.Worker | bus.Control, Node: name, Secret: key, Log: log})
	if err != nil {
		return err
	}
	defer conn.Close()
	counts, err := openCounts(f.counts, conn, func() int { return 1 }, telemetry.NewMetrics(b.Version, cfg.Client.MetricLabels()...), log)
	if err != nil {
		return err
	}
	defer counts.close()
	var api adminAPI
	n, err := newNode(ctx, nodeOptions{
		version: b.Version, name: name, roles: []string{"edge", "control"}, log: log, calls: calls,
		metrics: counts.metrics, conn: conn, secret: key, first: cfg,
		kept: filepath.Join(f.dataDir, "config"), admin: ui.With(api.serve), opsElsewhere: f.opsListen != "",
		spool: filepath.Join(f.dataDir, "usage"), strict: f.strictBilling, limits: counts, programs: programs,
	})
	if err != nil {
		return err
	}
	defer n.close()
	if _, err := n.follower.Restore(); err != nil {
		log.Warn("a configuration that was kept cannot be used", "error", err)
	}
	return n.serve(ctx, serveOptions{
		listen: f.listen, opsListen: f.opsListen, adminToken: admin, drainTimeout: f.drainTimeout, drainGrace: f.drainGrace,
	}, func(ctx context.Context, running *sync.WaitGroup) error {
		d, err := newDesk(ctx, deskOptions{conn, key, admin, b.Version, counts.reader, n.gateway, n.tools, f.dataDir, source, n.metrics, log})
		if err != nil {
			return err
		}
		if err := d.takeOver(ctx, document, source); err != nil {
			return err
		}
		api.open(d)
		d.run(ctx, running)
		running.Go(func() { d.keepLedger(ctx, storeURL(f.store, f.dataDir), d.recalling(counts, n.started), n.metrics) })
		if f.config != "" {
			running.Go(func() { d.watch(ctx, f.config, source, watcher, n.metrics) })
		}
		err = n.work(ctx, running)
		debug.FreeOSMemory() // what the start has needed and nothing needs any more
		return err
	})
}

// atStart reads what counts of a configuration at the start alone, beside the whole of it:
// the listener's settings, and what may be run.
func atStart(document *config.Document, flags *pflag.FlagSet, stdio string) (*config.Config, map[string]mcp.Command, error) {
	cfg, _, err := check(document)
	if err != nil {
		return nil, nil, err
	}
	if err := fromFile(flags, &cfg.Server); err != nil {
		return nil, nil, err
	}
	commands, err := programs(cfg, stdio)
	return cfg, commands, err
}
