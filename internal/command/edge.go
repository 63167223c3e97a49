package command

import (
	"context"
	"path/filepath"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/overflow/dispatch"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

type edgeFlags struct {
	clusterFlags
	config                   string
	labels                   map[string]string
	strictBilling            bool
	counts                   countsFlags
	mcpStdio                 string
	drainTimeout, drainGrace time.Duration
}

func edgeCommand(b Build) *cobra.Command {
	var f edgeFlags
	cmd := &cobra.Command{
		Use:   "edge",
		Short: "Run an edge of a cluster: it takes the calls",
		Long: "Run an edge of a cluster: it takes the calls. Its configuration comes from control; the\n" +
			"last one is kept in the data folder, so that an edge starts and serves while the rest of\n" +
			"the cluster is away. A configuration file serves an edge that has never heard of any.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return runEdge(ctx, b, &f, cmd.Flags())
		},
	}
	flags := cmd.Flags()
	f.add(flags, ":8080", "the API")
	flags.StringVar(&f.config, "config", "", "configuration `FILE` for the listener, and for as long as the cluster has told none")
	flags.StringToStringVar(&f.labels, "label", nil, "`NAME=VALUE` that configurations on trial choose nodes by; may be given several times")
	f.counts.add(flags, "each edge counts for itself")
	stdioFlag(flags, &f.mcpStdio)
	flags.BoolVar(&f.strictBilling, "strict-billing", false, strictUsage)
	flags.DurationVar(&f.drainTimeout, "drain-timeout", 30*time.Second, "how long calls in flight may go on after SIGTERM")
	flags.DurationVar(&f.drainGrace, "drain-grace", time.Second, "how long to keep taking connections after SIGTERM, so that load balancers notice")
	return withEnvironment(cmd)
}

func runEdge(ctx context.Context, b Build, f *edgeFlags, flags *pflag.FlagSet) error {
	first, notes := config.Default(), []config.Note(nil)
	if f.config != "" {
		var err error
		if first, notes, err = config.Load(f.config, builtIn); err != nil {
			return err
		}
		if err := fromFile(flags, &first.Server); err != nil {
			return err
		}
	}
	programs, err := programs(first, f.mcpStdio)
	if err != nil {
		return err
	}
	p, err := f.join(ctx, bus.Edge)
	if err != nil {
		return err
	}
	defer p.close()
	log, conn := p.log, p.conn
	tell(notes, log)
	nodes, metrics := member.NewView(), telemetry.NewMetrics(b.Version)
	counts, err := openCounts(f.counts, conn, nodes.Serving, metrics, log)
	if err != nil {
		return err
	}
	defer counts.close()
	counts.warnAlone(log)
	overflow, err := dispatch.New(conn, dispatch.Options{Log: log, Metrics: metrics, Workers: func() bool { return nodes.Has("worker") }})
	if err != nil {
		return err
	}
	defer overflow.Close()
	n, err := newNode(ctx, nodeOptions{
		version: b.Version, name: p.name, roles: []string{"edge"}, labels: f.labels, log: log, calls: p.calls,
		metrics: metrics, conn: conn, secret: p.key, first: first,
		kept: filepath.Join(f.dataDir, "config"), opsElsewhere: f.opsListen != "",
		spool: filepath.Join(f.dataDir, "usage"), strict: f.strictBilling, limits: counts, overflow: overflow, programs: programs,
	})
	if err != nil {
		return err
	}
	n.overflowed = overflow.Taken
	defer n.close()
	if _, err := n.follower.Restore(); err != nil {
		log.Warn("a configuration that was kept cannot be used", "error", err)
	}
	return n.serve(ctx, serveOptions{
		listen: f.listen, opsListen: f.opsListen, drainTimeout: f.drainTimeout, drainGrace: f.drainGrace,
	}, func(ctx context.Context, running *sync.WaitGroup) error {
		running.Go(func() {
			if err := nodes.Run(ctx, conn); err != nil {
				log.Error("the nodes are not listened to", "error", err)
			}
		})
		return n.follow(ctx, running)
	})
}
