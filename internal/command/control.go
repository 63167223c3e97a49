package command

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/ui"
	"github.com/spf13/cobra"
	"github.com/valyala/fasthttp"
)

type controlFlags struct {
	clusterFlags
	config, adminToken, store, redis string
	configLocked                     bool
	drainTimeout                     time.Duration
}

func controlCommand(b Build) *cobra.Command {
	var f controlFlags
	cmd := &cobra.Command{
		Use:   "control",
		Short: "Run the control of a cluster: the admin API",
		Long: "Run the control of a cluster: the admin API. What changes in its configuration file is\n" +
			"committed for the whole cluster; what was changed through the API stays.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return runControl(ctx, b, &f)
		},
	}
	flags := cmd.Flags()
	f.add(flags, ":8081", "the admin API")
	flags.StringVar(&f.config, "config", "", "configuration `FILE`, JSON or YAML; watched, and committed when it changes")
	flags.BoolVar(&f.configLocked, "config-locked", false, lockedUsage)
	flags.StringVar(&f.adminToken, "admin-token", "", "`TOKEN` of those who administer the cluster (default: the one in FOLDER/admin-token, made at the first start)")
	flags.StringVar(&f.store, "store", "", "`URL` of the store of the usage ledger, sqlite:PATH or postgres://… (default: sqlite in FOLDER/asbru.db)")
	flags.StringVar(&f.redis, "redis", "", redisHelp+", which gets its counts back from the ledger when it has lost them (default: they begin anew)")
	flags.DurationVar(&f.drainTimeout, "drain-timeout", 30*time.Second, "how long requests in flight may go on after SIGTERM")
	return withEnvironment(cmd)
}

// runControl wires the role, runs it until ctx ends, and lets requests finish.
func runControl(ctx context.Context, b Build, f *controlFlags) (err error) {
	source, err := sourceOf(f.config, f.configLocked)
	if err != nil {
		return err
	}
	p, err := f.join(ctx, bus.Control)
	if err != nil {
		return err
	}
	defer p.close()
	log, conn := p.log, p.conn
	admin, err := adminToken(f.adminToken, f.dataDir, log)
	if err != nil {
		return err
	}
	counts, closeCounts, err := openRestored(f.redis, log)
	if err != nil {
		return err
	}
	defer closeCounts()
	metrics := telemetry.NewMetrics(b.Version)
	d, err := newDesk(ctx, deskOptions{
		conn: conn, cluster: p.key, token: admin, version: b.Version, counts: readerOf(counts), dataDir: f.dataDir, source: source, metrics: metrics, log: log,
		tools: newTools(conn, b.Version, log, nil, mcp.NewRemote(conn, p.name)),
	})
	if err != nil {
		return err
	}
	err = metrics.Register(dependencyCollector(func() []edge.Dependency {
		return []edge.Dependency{{Name: "nats", OK: conn.Control.NATS.IsConnected()}}
	}))
	if err != nil {
		return err
	}
	watcher := config.NewWatcher(f.config, builtIn, inVault)
	if f.config != "" {
		document, notes, err := sourceDocument(f.config, watcher)
		tell(notes, log)
		if err != nil {
			return err
		}
		if err := d.takeOver(ctx, document, source); err != nil {
			return err
		}
	}
	ln, err := net.Listen("tcp", f.listen)
	if err != nil {
		return err
	}
	var running sync.WaitGroup
	ties, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer running.Wait()
	defer cut()
	d.run(ties, &running)
	running.Go(func() { d.keepLedger(ties, storeURL(f.store, f.dataDir), d.restoring(counts), metrics) })
	if f.config != "" {
		running.Go(func() { d.watch(ties, f.config, source, watcher, metrics) })
	}
	var api adminAPI
	api.open(d)
	ops := opsHandler(func() (map[string]any, error) { return controlReady(conn) }, metrics)
	server := &fasthttp.Server{
		Handler: withOps(ops, f.opsListen == "", ui.With(api.serve)), NoDefaultServerHeader: true, CloseOnShutdown: true,
		ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxRequestBodySize: 16 << 20,
	}
	failed := make(chan error, 2)
	running.Go(func() { failed <- server.Serve(ln) })
	if f.opsListen != "" {
		own := &fasthttp.Server{Handler: withProfiles(admin, ops), NoDefaultServerHeader: true, ReadTimeout: 10 * time.Second}
		running.Go(func() { failed <- own.ListenAndServe(f.opsListen) })
		defer own.Shutdown() //nolint:errcheck // the process ends here
	}
	log.Info("ready", "address", ln.Addr().String(), "version", b.Version)
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	drain, stop := context.WithTimeout(context.Background(), f.drainTimeout)
	defer stop()
	return errors.Join(err, server.ShutdownWithContext(drain))
}

// controlReady is what /readyz shows of a control, which can do nothing without NATS.
func controlReady(conn *bus.Conn) (map[string]any, error) {
	state := conn.State(context.Background())
	shown := map[string]any{"nats": map[string]any{"connected": state.Connected, "server": state.Server}}
	if !state.Connected {
		return shown, errors.New("NATS cannot be reached")
	}
	return shown, nil
}
