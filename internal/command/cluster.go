package command

import (
	"context"
	"errors"
	"log/slog"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/secret"
	"github.com/spf13/pflag"
)

// clusterFlags are those of every node of a cluster.
type clusterFlags struct {
	listen, opsListen, dataDir, node, secretKey, logLevel, logFormat string
	nats                                                             []string
}

func (f *clusterFlags) add(flags *pflag.FlagSet, listen, what string) {
	flags.StringVar(&f.listen, "listen", listen, "`ADDRESS` to serve "+what+" on")
	flags.StringVar(&f.opsListen, "ops-listen", "", "`ADDRESS` to serve health and metrics on; metrics are then no longer on --listen")
	flags.StringVar(&f.dataDir, "data-dir", "./asbru-data", "`FOLDER` for what must outlive the process")
	flags.StringVar(&f.node, "node-id", "", "`NAME` of this node (default: host name and a random suffix)")
	flags.StringVar(&f.secretKey, "secret-key", "", "`KEY` that the nodes of the cluster share, 32 bytes in base64; required")
	flags.StringSliceVar(&f.nats, "nats", nil, "`URLS` of the cluster's NATS servers, nats://HOST:PORT with commas between them; required")
	logFlags(flags, &f.logLevel, &f.logFormat)
}

// check returns the secret key if the flags are sound.
func (f *clusterFlags) check() (secret.Key, error) {
	switch {
	case len(f.nats) == 0:
		return secret.Key{}, errors.New("--nats: a node of a cluster needs the addresses of its NATS servers; `asbru up` needs none")
	case f.secretKey == "":
		return secret.Key{}, errors.New("--secret-key: a cluster needs one, the same for all its nodes; `openssl rand -base64 32` makes one")
	}
	return secretKey(f.secretKey, f.dataDir)
}

// join connects to the cluster in a role.
func (f *clusterFlags) join(ctx context.Context, role bus.Role, name string, key secret.Key, log *slog.Logger) (*bus.Conn, error) {
	return bus.Connect(ctx, bus.Options{URLs: f.nats, Role: role, Node: name, Secret: key, Log: log})
}
