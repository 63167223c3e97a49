package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// MaxMessageBytes is the largest message that a server takes.
const MaxMessageBytes = 1 << 20

// ErrTooLarge is the error of a message that is larger. It was not sent.
var ErrTooLarge = nats.ErrMaxPayload

// ServerOptions are those of StartServer.
type ServerOptions struct {
	// Name is the server's own in its cluster, and stays the same over restarts:
	// copies of streams belong to it.
	Name string
	// StoreDir is the folder for what must outlive the process.
	StoreDir string
	// Listen is the address for nodes; empty for those in this process alone.
	Listen string
	// ClusterListen is the address for the other servers; empty if there are none.
	ClusterListen string
	// ClusterName is the name that the servers of one cluster share.
	ClusterName string
	// Routes are the addresses of all servers of the cluster.
	Routes []string
	// Secret is the cluster's. Who does not prove to know it is not let in.
	Secret secret.Key
	// MaxMemoryBytes bounds the streams that are kept in memory; 0 is 1 GiB.
	MaxMemoryBytes int64
	Log            *slog.Logger
}

// Server is a NATS server in this process, with JetStream. Each write is on disk
// before it is confirmed.
type Server struct {
	server  *server.Server
	refused *refusals
}

const (
	startTimeout = 10 * time.Second
	// lameDuck is how long the nodes are given to go to another server.
	lameDuck      = 2 * time.Second
	lameDuckGrace = 200 * time.Millisecond
)

// StartServer starts a server and returns when it takes connections. In a cluster,
// the streams are there once a majority of the servers is.
func StartServer(o ServerOptions) (*Server, error) {
	refused := &refusals{}
	auth := &authenticator{cluster: o.Secret, refused: refused}
	opts, err := o.options(auth)
	if err != nil {
		return nil, err
	}
	s, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("nats: %w", err)
	}
	auth.server = s
	if o.Log != nil {
		s.SetLogger(serverLog{o.Log, refused}, false, false)
	}
	s.Start()
	if !s.ReadyForConnections(startTimeout) {
		s.Shutdown()
		return nil, errors.New("nats: not ready to take connections: is the address in use, or the folder of another server?")
	}
	return &Server{server: s, refused: refused}, nil
}

func (o ServerOptions) options(auth *authenticator) (*server.Options, error) {
	if o.Secret == (secret.Key{}) {
		return nil, errors.New("nats: no secret key")
	}
	opts := &server.Options{
		ServerName: o.Name, DontListen: o.Listen == "", NoSigs: true, NoLog: o.Log == nil, DisableJetStreamBanner: true,
		JetStream: true, StoreDir: o.StoreDir, SyncAlways: true, JetStreamMaxMemory: o.MaxMemoryBytes,
		MaxPayload: MaxMessageBytes, LameDuckDuration: lameDuck, LameDuckGracePeriod: lameDuckGrace,
		CustomClientAuthentication: auth, AlwaysEnableNonce: true,
	}
	if opts.JetStreamMaxMemory == 0 {
		opts.JetStreamMaxMemory = 1 << 30
	}
	var err error
	if o.Listen != "" {
		if opts.Host, opts.Port, err = address(o.Listen); err != nil {
			return nil, err
		}
	}
	if o.ClusterListen == "" {
		return opts, nil
	}
	opts.Cluster = server.ClusterOpts{Name: o.ClusterName, Username: routeUser, Password: routePassword(o.Secret)}
	opts.CustomRouterAuthentication = routeAuthenticator{o.Secret}
	if opts.Cluster.Host, opts.Cluster.Port, err = address(o.ClusterListen); err != nil {
		return nil, err
	}
	for _, route := range o.Routes {
		if _, _, err := net.SplitHostPort(route); err != nil {
			return nil, fmt.Errorf("nats: route %q: want HOST:PORT", route)
		}
		opts.Routes = append(opts.Routes, &url.URL{
			Scheme: "nats", Host: route, User: url.UserPassword(opts.Cluster.Username, opts.Cluster.Password),
		})
	}
	return opts, nil
}

// address reads a listen address. Port 0 is any free one.
func address(s string) (host string, port int, err error) {
	host, p, err := net.SplitHostPort(s)
	if err != nil {
		return "", 0, fmt.Errorf("nats: address %q: want HOST:PORT", s)
	}
	port, err = strconv.Atoi(p)
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("nats: address %q: no such port", s)
	}
	if host == "" {
		host = server.DEFAULT_HOST
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}

// Addr is where the server listens for nodes, empty if only for those in this process.
func (s *Server) Addr() string {
	if a := s.server.Addr(); a != nil {
		return a.String()
	}
	return ""
}

// ClusterAddr is where the server listens for other servers, empty if it does not.
func (s *Server) ClusterAddr() string {
	if a := s.server.ClusterAddr(); a != nil {
		return a.String()
	}
	return ""
}

// InProcessConn makes a connection that does not leave the process.
func (s *Server) InProcessConn() (net.Conn, error) { return s.server.InProcessConn() }

// Ready tells why the server cannot be worked with yet, or no longer: JetStream has no
// leader, or streams are not up to date here.
func (s *Server) Ready() error {
	if h := s.server.Healthz(nil); h.StatusCode != http.StatusOK {
		return fmt.Errorf("nats: %s", h.Error)
	}
	return nil
}

// Drain hands leadership to other servers, sends the nodes to them one by one, and
// shuts down. It returns when that is done, or else shuts down at once when ctx ends.
func (s *Server) Drain(ctx context.Context) {
	stop := context.AfterFunc(ctx, s.server.Shutdown)
	defer stop()
	s.server.LameDuckShutdown()
	s.Shutdown()
}

// Shutdown stops the server and returns when all is on disk and all connections are
// closed.
func (s *Server) Shutdown() {
	s.server.Shutdown()
	s.server.WaitForShutdown()
}
