package command

import (
	"context"
	"errors"
	"log/slog"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/gateway"
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

// presence is what every node of a cluster begins with: a log, a folder of its own, a
// name, and its connection.
type presence struct {
	log    *slog.Logger
	calls  gateway.CallLog
	key    secret.Key
	name   string
	conn   *bus.Conn
	unlock func()
}

// join connects to the cluster in a role.
func (f *clusterFlags) join(ctx context.Context, role bus.Role) (*presence, error) {
	if len(f.nats) == 0 {
		return nil, errors.New("--nats: a node of a cluster needs the addresses of its NATS servers; `asbru up` needs none")
	}
	key, err := clusterKey(f.secretKey)
	if err != nil {
		return nil, err
	}
	p := &presence{key: key, name: nodeName(f.node)}
	if p.log, p.calls, err = newLog(f.logLevel, f.logFormat); err != nil {
		return nil, err
	}
	if p.unlock, err = claimFolder(f.dataDir, p.log); err != nil {
		return nil, err
	}
	if p.conn, err = bus.Connect(ctx, bus.Options{URLs: f.nats, Role: role, Node: p.name, Secret: key, Log: p.log}); err != nil {
		p.unlock()
		return nil, err
	}
	return p, nil
}

func (p *presence) close() {
	p.conn.Close()
	p.unlock()
}

// claimFolder is lockFolder for a node that does without its folder if need be: one
// whose disk is full, or cannot be written to, is to come back all the same.
func claimFolder(dataDir string, log *slog.Logger) (unlock func(), err error) {
	unlock, err = lockFolder(dataDir)
	if err != nil && !errors.Is(err, errFolderInUse) {
		log.Warn("the data folder cannot be locked", "error", err)
		return func() {}, nil
	}
	return unlock, err
}
