package command

import (
	"context"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/spf13/cobra"
	"github.com/valyala/fasthttp"
)

type upFlags struct {
	listen, opsListen, config, dataDir, node, logLevel, logFormat string
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
		Args:    cobra.NoArgs,
		PreRunE: func(cmd *cobra.Command, _ []string) error { return fromEnvironment(cmd.Flags()) },
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, os.Interrupt)
			defer stop()
			return up(ctx, b, &f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8080", "address to serve the API on")
	flags.StringVar(&f.opsListen, "ops-listen", "", "address to serve health and metrics on; metrics are then no longer on --listen")
	flags.StringVar(&f.config, "config", "", "configuration file, JSON or YAML; watched, and applied when it changes")
	flags.StringVar(&f.dataDir, "data-dir", "./asbru-data", "folder for what must outlive the process; this version keeps nothing there")
	flags.StringVar(&f.node, "node-id", "", "name of this node (default: host name and a random suffix)")
	flags.StringVar(&f.logLevel, "log-level", "info", "debug, info, warn or error")
	flags.StringVar(&f.logFormat, "log-format", "", "text or json (default: text on a terminal, else json)")
	flags.DurationVar(&f.drainTimeout, "drain-timeout", 30*time.Second, "how long calls in flight may go on after SIGTERM")
	flags.DurationVar(&f.drainGrace, "drain-grace", 0, "how long to keep taking connections after SIGTERM, so that load balancers notice")
	return cmd
}

// up wires the gateway and runs it until ctx ends, then drains it.
func up(ctx context.Context, b Build, f *upFlags) error {
	log, calls, err := newLog(f.logLevel, f.logFormat)
	if err != nil {
		return err
	}
	watcher := config.NewWatcher(f.config, builtIn)
	cfg, err := firstConfig(f.config, watcher, log)
	if err != nil {
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
		ops := &fasthttp.Server{Handler: e.OpsHandler(), NoDefaultServerHeader: true, ReadTimeout: 10 * time.Second}
		running.Go(func() { failed <- ops.ListenAndServe(f.opsListen) })
		defer ops.Shutdown() //nolint:errcheck // the process ends here
	}
	watching, stopWatching := context.WithCancel(ctx)
	defer stopWatching()
	if f.config != "" {
		running.Go(func() { watch(watching, watcher, g, e, log) })
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
