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

	"github.com/spf13/cobra"
	"github.com/valyala/fasthttp"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
)

type natsFlags struct {
	listen, cluster, opsListen, dataDir, node, secretKey, logLevel, logFormat string

	routes       []string
	replicas     int
	drainTimeout time.Duration
}

// natsCluster is the name that the servers of a cluster share.
const natsCluster = "asbru"

func natsCommand(b Build) *cobra.Command {
	var f natsFlags
	cmd := &cobra.Command{
		Use:   "nats",
		Short: "Run the NATS server of a cluster",
		Long: "Run the NATS server of a cluster, with the streams that the cluster needs: one server, or\n" +
			"three that keep three copies. Nodes and servers know each other by the secret key.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return runNATS(ctx, b, &f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", ":4222", "`ADDRESS` for nodes")
	flags.StringVar(&f.cluster, "cluster", "", "`ADDRESS` for the other servers of the cluster, such as :6222 (default: there are none)")
	flags.StringSliceVar(&f.routes, "routes", nil, "`ADDRESSES` of all servers of the cluster, HOST:PORT with commas between them")
	flags.StringVar(&f.dataDir, "data-dir", "./asbru-data", "`FOLDER` for what must outlive the process")
	flags.StringVar(&f.node, "node-id", "", "`NAME` of this server, the same at each start (default: the one in FOLDER/node-id, made at the first start)")
	flags.StringVar(&f.secretKey, "secret-key", "", "`KEY` that the nodes of the cluster share, 32 bytes in base64; required")
	flags.IntVar(&f.replicas, "replicas", 0, "how many copies of each stream to keep, 1 or 3 (default: 3 if there are three routes or more, else 1)")
	flags.StringVar(&f.opsListen, "ops-listen", "", "`ADDRESS` to serve health and metrics on (default: they are not served)")
	logFlags(flags, &f.logLevel, &f.logFormat)
	flags.DurationVar(&f.drainTimeout, "drain-timeout", 30*time.Second, "how long nodes may take to go to another server after SIGTERM")
	cmd.AddCommand(&cobra.Command{
		Use:   "permissions",
		Short: "Print the users and permissions that a NATS of your own needs",
		Long: "Print the users and permissions that a NATS of your own needs, as a part of the\n" +
			"configuration of nats-server. The passwords are variables of its environment.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), bus.Account())
			return err
		},
	})
	return withEnvironment(cmd)
}

// check returns the secret key if the flags are sound.
func (f *natsFlags) check() (secret.Key, error) {
	switch {
	case f.cluster != "" && len(f.routes) == 0:
		return secret.Key{}, errors.New("--routes: with --cluster, give the addresses of all servers")
	case f.cluster == "" && len(f.routes) > 0:
		return secret.Key{}, errors.New("--cluster: with --routes, give the address for the other servers")
	case f.replicas != 0 && f.replicas != 1 && f.replicas != 3:
		return secret.Key{}, fmt.Errorf("--replicas: %d is neither 1 nor 3", f.replicas)
	}
	if f.replicas == 0 {
		f.replicas = 1
		if len(f.routes) >= 3 {
			f.replicas = 3
		}
	}
	return clusterKey(f.secretKey)
}

// runNATS runs the server until ctx ends, then sends its nodes to the others.
func runNATS(ctx context.Context, b Build, f *natsFlags) error {
	key, err := f.check()
	if err != nil {
		return err
	}
	log, _, err := newLog(f.logLevel, f.logFormat)
	if err != nil {
		return err
	}
	unlock, err := lockFolder(f.dataDir)
	if err != nil {
		return err
	}
	defer unlock()
	name, err := serverName(f.node, f.dataDir)
	if err != nil {
		return err
	}
	server, err := bus.StartServer(bus.ServerOptions{
		Name: name, StoreDir: filepath.Join(f.dataDir, "nats"), Listen: f.listen,
		ClusterName: natsCluster, ClusterListen: f.cluster, Routes: f.routes, Secret: key, Log: log,
	})
	if err != nil {
		return err
	}
	defer server.Shutdown()
	metrics := telemetry.NewMetrics(b.Version)
	if err := metrics.Register(server.Collector()); err != nil {
		return err
	}
	log.Info("listening", "address", server.Addr(), "cluster", server.ClusterAddr(), "server", name, "version", b.Version)

	var running sync.WaitGroup
	defer running.Wait()
	provisioning, stop := context.WithCancel(ctx)
	defer stop()
	var provisioned atomic.Bool
	running.Go(func() {
		if provision(provisioning, server, key, name, f.replicas, log) {
			provisioned.Store(true)
			log.Info("ready", "copies", f.replicas)
		}
	})
	failed := make(chan error, 1)
	if f.opsListen != "" {
		ready := func() (map[string]any, error) {
			state := map[string]any{"server": name}
			switch err := server.Ready(); {
			case ctx.Err() != nil:
				return state, errors.New("draining")
			case err == nil && !provisioned.Load():
				return state, errors.New("the streams have not been made yet")
			default:
				return state, err
			}
		}
		ops := &fasthttp.Server{Handler: opsHandler(ready, metrics), NoDefaultServerHeader: true, ReadTimeout: 10 * time.Second}
		running.Go(func() { failed <- ops.ListenAndServe(f.opsListen) })
		defer ops.Shutdown() //nolint:errcheck // the process ends here
	}
	select {
	case err = <-failed:
	case <-ctx.Done():
		log.Info("draining", "timeout", f.drainTimeout.String())
	}
	stop()
	drain, cancel := context.WithTimeout(context.Background(), f.drainTimeout)
	defer cancel()
	server.Drain(drain)
	return err
}

// serverName returns the name of a server: copies of streams belong to it, so it
// stays the same.
func serverName(given, dataDir string) (string, error) {
	if given != "" {
		return given, nil
	}
	return keptSecret(filepath.Join(dataDir, "node-id"), func() string { return nodeName("") })
}

// provisionAgain is how long to wait after streams could not be made.
const provisionAgain = 5 * time.Second

// provision makes the streams, however long it takes for the other servers to be
// there. It reports false if ctx ends before.
func provision(ctx context.Context, server *bus.Server, key secret.Key, name string, replicas int, log *slog.Logger) bool {
	for {
		err := provisionOnce(ctx, server, key, name, replicas)
		if err == nil {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		log.Warn("streams not made yet; trying on", "error", err)
		select {
		case <-time.After(provisionAgain):
		case <-ctx.Done():
			return false
		}
	}
}

func provisionOnce(ctx context.Context, server *bus.Server, key secret.Key, name string, replicas int) error {
	conn, err := bus.Connect(ctx, bus.Options{InProcess: server, Role: bus.Control, Node: name, Secret: key})
	if err != nil {
		return err
	}
	defer conn.Close()
	return bus.Provision(ctx, conn, bus.ProvisionOptions{Replicas: replicas})
}
