// Command asbru is an AI gateway: one OpenAI-compatible endpoint in front of
// every provider. See README.md.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/asbru-gateway/asbru/pkg/provider/mock"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/valyala/fasthttp"
)

// Set by the linker; see the Makefile.
var (
	version = "dev"
	commit  = "unknown"
)

func main() {
	root := &cobra.Command{
		Use:           "asbru",
		Short:         "An AI gateway: one OpenAI-compatible endpoint in front of every provider",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(upCommand(), mockCommand(), checkCommand(), schemaCommand(), healthCommand(), versionCommand())
	if err := root.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, "asbru:", err)
		os.Exit(1)
	}
}

// fromEnvironment sets each flag that was not given from its variable: ASBRU_
// and the flag's name in capitals.
func fromEnvironment(flags *pflag.FlagSet) error {
	var problems []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "ASBRU_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if value, ok := os.LookupEnv(name); ok && !f.Changed {
			if err := flags.Set(f.Name, value); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", name, err))
			}
		}
	})
	return errors.Join(problems...)
}

type upFlags struct {
	listen, opsListen, config, dataDir, node, logLevel, logFormat string
	drainTimeout, drainGrace                                      time.Duration
}

func upCommand() *cobra.Command {
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
			return up(ctx, &f)
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
func up(ctx context.Context, f *upFlags) error {
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
	metrics := telemetry.NewMetrics(version)
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
	log.Info("ready", "address", ln.Addr().String(), "providers", g.Providers(), "version", version)

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

// builtIn tells the configuration which providers need no custom_provider_config.
var builtIn = config.WithProviders(func(name string) bool {
	_, ok := provider.ByName(name)
	return ok
})

// firstConfig reads the file, or makes do without one.
func firstConfig(path string, w *config.Watcher, log *slog.Logger) (*config.Config, error) {
	if path == "" {
		cfg := config.FromEnv()
		if len(cfg.Providers) == 0 {
			cfg.Providers = map[string]config.Provider{"mock": {}}
			log.Info("no provider configured: the built-in mock answers")
		}
		return cfg, nil
	}
	cfg, notes, err := w.Load()
	tell(notes, log)
	return cfg, err
}

func tell(notes []config.Note, log *slog.Logger) {
	for _, n := range notes {
		log.Warn("configuration", "path", n.Path, "note", n.Message)
	}
}

// watch applies the configuration file whenever it changes, or on SIGHUP.
func watch(ctx context.Context, w *config.Watcher, g *gateway.Gateway, e *edge.Edge, log *slog.Logger) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	var reloading sync.WaitGroup
	defer reloading.Wait()
	reloading.Go(func() {
		for {
			select {
			case <-hangup:
				w.Reload()
			case <-ctx.Done():
				return
			}
		}
	})
	refused := func(err error) {
		log.Error("configuration not applied; the old one stays in force", "error", err)
	}
	w.Run(ctx, 0, func(cfg *config.Config, notes []config.Note) {
		tell(notes, log)
		if err := g.Apply(cfg); err != nil {
			refused(err)
			return
		}
		e.Configure(cfg.Client)
		log.Info("configuration applied", "revision", g.Revision(), "providers", g.Providers())
	}, refused)
}

func mockCommand() *cobra.Command {
	var listen string
	var o mock.Options
	cmd := &cobra.Command{
		Use:     "mock",
		Short:   "Run a stand-in for the OpenAI, Anthropic and Gemini APIs",
		Args:    cobra.NoArgs,
		PreRunE: func(cmd *cobra.Command, _ []string) error { return fromEnvironment(cmd.Flags()) },
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, os.Interrupt)
			defer stop()
			ln, err := net.Listen("tcp", listen)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.ErrOrStderr(), "mock APIs on", ln.Addr())
			s := mock.New(o)
			closing := context.AfterFunc(ctx, func() { _ = s.Close() }) // Serve reports what matters
			defer closing()
			return s.Serve(ln)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&listen, "listen", "127.0.0.1:9100", "address to serve on")
	flags.DurationVar(&o.Latency, "latency", 0, "time before each answer")
	flags.Float64Var(&o.ErrorRate, "error-rate", 0, "share of requests that fail, 0 to 1")
	flags.IntVar(&o.Chunks, "chunks", 0, "events of a stream (0: as many as the text has words)")
	flags.DurationVar(&o.ChunkGap, "chunk-gap", 0, "time between two events of a stream")
	return cmd
}

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE",
		Short: "Check a configuration file and list every problem with its path",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			problems, notes := config.Check(args[0], builtIn)
			out := cmd.OutOrStdout()
			for _, n := range notes {
				fmt.Fprintln(out, "note:", n)
			}
			for _, p := range problems {
				fmt.Fprintln(out, "problem:", p)
			}
			if len(problems) > 0 {
				return fmt.Errorf("%s: problems: %d", args[0], len(problems))
			}
			fmt.Fprintln(out, "ok")
			return nil
		},
	}
}

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration file",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			schema, err := config.Schema()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), string(schema))
			return err
		},
	}
}

func healthCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "health [URL]",
		Short: "Exit with 0 when the gateway is ready",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			url := "http://127.0.0.1:8080/readyz"
			if len(args) == 1 {
				url = args[0]
			}
			client := http.Client{Timeout: 5 * time.Second}
			res, err := client.Get(url)
			if err != nil {
				return err
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(io.LimitReader(res.Body, 4096)) // shown to a person, as far as it came
			fmt.Fprint(cmd.OutOrStdout(), string(body))
			if res.StatusCode != http.StatusOK {
				return fmt.Errorf("not ready: %s", res.Status)
			}
			return nil
		},
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print version, commit and Go version",
		Args:  cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintf(cmd.OutOrStdout(), "asbru %s (%s, %s)\n", version, commit, runtime.Version())
		},
	}
}

// newLog makes the process's log: text for a terminal, JSON for anything else.
// The lines of finished calls, which are of level info, go to the same place.
func newLog(level, format string) (log *slog.Logger, calls gateway.CallLog, err error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, calls, fmt.Errorf("--log-level: %w", err)
	}
	if format == "" {
		format = "json"
		if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			format = "text"
		}
	}
	o := &slog.HandlerOptions{Level: l}
	switch format {
	case "json":
		log, calls.Line = slog.New(slog.NewJSONHandler(os.Stderr, o)), telemetry.AppendJSON
	case "text":
		log, calls.Line = slog.New(slog.NewTextHandler(os.Stderr, o)), telemetry.AppendText
	default:
		return nil, calls, fmt.Errorf("--log-format: %q is neither text nor json", format)
	}
	if l <= slog.LevelInfo {
		calls.Out = os.Stderr
	}
	return log, calls, nil
}

// nodeName returns the node's name: the given one, or one that no other node has.
func nodeName(given string) string {
	if given != "" {
		return given
	}
	host, err := os.Hostname()
	if err != nil {
		host = "asbru"
	}
	var suffix [3]byte
	_, _ = rand.Read(suffix[:]) // never fails (crypto/rand)
	return host + "-" + hex.EncodeToString(suffix[:])
}
