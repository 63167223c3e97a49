package command

import (
	"context"
	"net"
	"path/filepath"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/member"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/worker"
	"github.com/spf13/cobra"
	"github.com/valyala/fasthttp"
)

type workerFlags struct {
	clusterFlags
	counts       countsFlags
	mcpStdio     string
	labels       map[string]string
	drainTimeout time.Duration
}

func workerCommand(b Build) *cobra.Command {
	var f workerFlags
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Run a worker of a cluster: it runs the calls that edges have no slots for",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return runWorker(ctx, b, &f)
		},
	}
	flags := cmd.Flags()
	f.add(flags, ":8082", "health and metrics")
	f.counts.add(flags, "each worker counts for itself")
	stdioFlag(flags, &f.mcpStdio)
	flags.StringToStringVar(&f.labels, "label", nil, "`NAME=VALUE` that configurations on trial choose nodes by; may be given several times")
	flags.DurationVar(&f.drainTimeout, "drain-timeout", 30*time.Second, "how long calls in flight may go on after SIGTERM")
	return withEnvironment(cmd)
}

func runWorker(ctx context.Context, b Build, f *workerFlags) error {
	first := config.Default()
	programs, err := programs(first, f.mcpStdio)
	if err != nil {
		return err
	}
	p, err := f.join(ctx, bus.Worker)
	if err != nil {
		return err
	}
	defer p.close()
	log, conn := p.log, p.conn
	ctx, done, err := member.UntilDrain(ctx, conn, p.name)
	if err != nil {
		return err
	}
	defer done()
	nodes := member.NewView()
	counts, err := openCounts(f.counts, conn, nodes.Serving, telemetry.NewMetrics(b.Version), log)
	if err != nil {
		return err
	}
	defer counts.close()
	counts.warnAlone(log)
	n, err := newNode(ctx, nodeOptions{
		version: b.Version, name: p.name, roles: []string{"worker"}, labels: f.labels, log: log, calls: p.calls,
		metrics: counts.metrics, conn: conn, secret: p.key, first: first, programs: programs,
		kept: filepath.Join(f.dataDir, "config"), opsElsewhere: f.opsListen != "",
		spool: filepath.Join(f.dataDir, "usage"), limits: counts,
	})
	if err != nil {
		return err
	}
	defer n.close()
	if _, err := n.follower.Restore(); err != nil {
		log.Warn("a configuration that was kept cannot be used", "error", err)
	}
	w := worker.New(n.gateway, conn, worker.Options{Log: log, Metrics: n.metrics})
	n.overflowed = w.Claimed
	ln, err := net.Listen("tcp", f.listen)
	if err != nil {
		return err
	}
	var tied, running sync.WaitGroup
	ties, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer func() { // after the drain, so that what the last calls have used is still told
		cut()
		tied.Wait()
	}()
	tied.Go(func() {
		if err := nodes.Run(ties, conn); err != nil {
			log.Error("the nodes are not listened to", "error", err)
		}
	})
	tied.Go(func() { n.serveTools(ties) })
	if err := n.work(ties, &tied); err != nil {
		return err
	}
	defer running.Wait()
	failed := make(chan error, 3)
	running.Go(func() { failed <- w.Run(ties) })
	defer f.serveOps(n.edge.OpsHandler(), ln, &running, failed)()
	log.Info("ready", "address", ln.Addr().String(), "version", b.Version)
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	n.leave(f.drainTimeout)
	drain, stop := context.WithTimeout(context.Background(), f.drainTimeout)
	defer stop()
	running.Go(func() { n.jobs.stop(drain) })
	w.Drain(drain)
	return err
}

// serveOps serves health and metrics until stop is called.
func (f *workerFlags) serveOps(handler fasthttp.RequestHandler, ln net.Listener, running *sync.WaitGroup, failed chan<- error) (stop func()) {
	first := &fasthttp.Server{Handler: handler, NoDefaultServerHeader: true, ReadTimeout: 10 * time.Second}
	running.Go(func() { failed <- first.Serve(ln) })
	if f.opsListen == "" {
		return func() { _ = first.Shutdown() } // the process ends here
	}
	second := &fasthttp.Server{Handler: handler, NoDefaultServerHeader: true, ReadTimeout: 10 * time.Second}
	running.Go(func() { failed <- second.ListenAndServe(f.opsListen) })
	return func() { _, _ = first.Shutdown(), second.Shutdown() } // as above
}
