package command

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/valyala/fasthttp"
)

type upFlags struct {
	listen, opsListen, config, dataDir, node, logLevel, logFormat string
	adminToken, secretKey                                         string
	drainTimeout, drainGrace                                      time.Duration
}

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
	flags.StringVar(&f.dataDir, "data-dir", "./asbru-data", "`FOLDER` for what must outlive the process")
	flags.StringVar(&f.node, "node-id", "", "`NAME` of this node (default: host name and a random suffix)")
	flags.StringVar(&f.adminToken, "admin-token", "", "`TOKEN` of those who administer the gateway (default: the one in FOLDER/admin-token, made at the first start)")
	flags.StringVar(&f.secretKey, "secret-key", "", "`KEY` that seals secrets at rest, 32 bytes in base64 (default: the one in FOLDER/secret-key, made at the first start)")
	logFlags(flags, &f.logLevel, &f.logFormat)
	flags.DurationVar(&f.drainTimeout, "drain-timeout", 30*time.Second, "how long calls in flight may go on after SIGTERM")
	flags.DurationVar(&f.drainGrace, "drain-grace", 0, "how long to keep taking connections after SIGTERM, so that load balancers notice")
	return withEnvironment(cmd)
}

// up wires the gateway and runs it until ctx ends, then drains it.
func up(ctx context.Context, b Build, f *upFlags, flags *pflag.FlagSet) error {
	watcher := config.NewWatcher(f.config, builtIn)
	cfg, notes, err := firstConfig(f.config, watcher)
	if err != nil {
		return err
	}
	if err := fromFile(flags, &cfg.Server); err != nil {
		return err
	}
	log, calls, err := newLog(f.logLevel, f.logFormat)
	if err != nil {
		return err
	}
	tell(notes, log)
	cfg = orMock(cfg, log)
	admin, err := adminToken(f.adminToken, f.dataDir, log)
	if err != nil {
		return err
	}
	// Nothing is sealed yet, but a key that will not do is better known at once.
	if _, err := secretKey(f.secretKey, f.dataDir); err != nil {
		return err
	}
	mockServer := mock.New(mock.Options{})
	defer mockServer.Close()
	metrics := telemetry.NewMetrics(b.Version)
	g, err := gateway.New(ctx, cfg, gateway.Options{
		Log: log, Metrics: metrics, Calls: calls,
		Known: map[string]gateway.Reach{"mock": {Dial: mockServer.Dial}},
	})
	if err != nil {
		return err
	}
	defer g.Close()
	e, err := edge.New(g, edge.Options{
		Node: nodeName(f.node), Log: log, Metrics: metrics,
		Server: cfg.Server, Client: cfg.Client, OpsElsewhere: f.opsListen != "",
	})
	if err != nil {
		return err
	}
	defer e.Close()
	ln, err := net.Listen("tcp", f.listen)
	if err != nil {
		return err
	}
	log.Info("ready", "address", ln.Addr().String(), "providers", g.Providers(), "version", b.Version)

	var running sync.WaitGroup
	defer running.Wait()
	failed := make(chan error, 2)
	running.Go(func() { failed <- e.Serve(ln) })
	if f.opsListen != "" {
		ops := &fasthttp.Server{Handler: withProfiles(admin, e.OpsHandler()), NoDefaultServerHeader: true, ReadTimeout: 10 * time.Second}
		running.Go(func() { failed <- ops.ListenAndServe(f.opsListen) })
		defer ops.Shutdown() //nolint:errcheck // the process ends here
	}
	watching, stopWatching := context.WithCancel(ctx)
	defer stopWatching()
	if f.config != "" {
		running.Go(func() { watch(watching, watcher, g, e, metrics, log) })
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
		log.Info("draining", "timeout", f.drainTimeout.String())
	}
	stopWatching()
	drain, stop := context.WithTimeout(context.Background(), f.drainTimeout)
	defer stop()
	e.Drain(drain, f.drainGrace)
	return err
}
