package edge

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/edge/gone"
	"github.com/asbru-gateway/asbru/pkg/batch"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/files"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/idempotency"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/mcpserver"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/valyala/fasthttp"
)

// Options are what an edge is made with.
type Options struct {
	Node    string // this process's name, shown in x-asbru-node
	Log     *slog.Logger
	Metrics *telemetry.Metrics
	Server  config.Server
	Client  config.Client
	// OpsElsewhere: metrics are served by [Edge.OpsHandler] on another listener.
	OpsElsewhere bool
	// Admin serves the paths below /api/ and /ui/, / and /ws; nil: there is no admin API here.
	Admin fasthttp.RequestHandler
	// Dependencies are shown at /readyz. It must not wait.
	Dependencies func() []Dependency
	// Idempotency is where idempotency keys are known; nil: they have no effect.
	Idempotency *idempotency.Store
	// Jobs are the cluster's durable jobs; nil: there are none.
	Jobs *job.Queue
	// MCP serves MCP clients; nil: nobody does.
	MCP *mcpserver.Server
	// Files and Batches are those that the gateway keeps and runs itself; nil: there are none.
	Files   *files.Store
	Batches *batch.Store
	// CheckWebhook says what is wrong with a place to tell a job's end to; nil: it is
	// told nowhere.
	CheckWebhook func(url string) error
}

// Dependency is something that a node works with.
type Dependency struct {
	Name   string
	Status string // ok, or what is wrong
	OK     bool
	// Needed: without it the node is not ready.
	Needed bool
}

// Edge serves the inference API over HTTP/1.1.
type Edge struct {
	gateway  *gateway.Gateway
	options  Options
	node     string
	log      *slog.Logger
	metrics  *telemetry.Metrics
	server   *fasthttp.Server
	watcher  *gone.Watcher
	certs    *certificates
	sockets  *sockets
	requests sync.Pool
	origins  atomic.Pointer[[]string]
	draining atomic.Bool
	maxURL   int
	maxBody  atomic.Int64
	maxConns int

	writeIdle time.Duration // how long a caller may take to accept the next part of an answer

	bodies    atomic.Int64 // bytes of large request bodies that are held now
	maxBodies int64

	open context.Context // ends when calls that others make are waited for no longer
	shut context.CancelFunc
}

// New makes an edge over an engine.
func New(g *gateway.Gateway, o Options) (*Edge, error) {
	watcher, err := gone.New()
	if err != nil {
		return nil, fmt.Errorf("watch connections: %w", err)
	}
	e := &Edge{gateway: g, options: o, node: o.Node, log: o.Log, metrics: o.Metrics, watcher: watcher}
	e.maxURL, e.maxBodies = o.Server.URLBytes(), roomForBodies()
	e.maxConns, e.writeIdle = min(o.Server.Connections(), connsByFiles()), o.Server.WriteTimeout()
	e.open, e.shut = context.WithCancel(context.Background())
	e.sockets = newSockets()
	e.requests.New = func() any { return &request{} }
	e.Configure(o.Client)
	if o.Server.TLSCertFile != "" {
		if e.certs, err = newCertificates(o.Server.TLSCertFile, o.Server.TLSKeyFile); err != nil {
			return nil, errors.Join(err, watcher.Close())
		}
		if err := e.metrics.Register(e.certs); err != nil {
			return nil, errors.Join(err, watcher.Close())
		}
	}
	s := &o.Server
	e.server = &fasthttp.Server{
		Handler:                       e.handle,
		ErrorHandler:                  e.reject,
		NoDefaultServerHeader:         true,
		NoDefaultContentType:          true,
		DisableHeaderNamesNormalizing: false,
		DisablePreParseMultipartForm:  true,
		ExpectHandler:                 e.expect,
		StreamRequestBody:             true, // we read it ourselves: see readBody
		SecureErrorLogMessage:         true,
		CloseOnShutdown:               true,
		ReadBufferSize:                s.HeaderBytes(),
		MaxRequestBodySize:            math.MaxInt, // ours may change; see readBody
		ReadTimeout:                   s.ReadTimeout(),
		WriteTimeout:                  s.WriteTimeout(),
		IdleTimeout:                   s.IdleTimeout(),
		Concurrency:                   e.maxConns, // held by the listener, which also holds the number for each address
		Logger:                        serverLog{o.Log},
	}
	return e, nil
}

// roomForBodies is how much of the process's memory limit large request bodies may
// fill together. Without a limit there is none for them.
func roomForBodies() int64 {
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 {
		return limit
	}
	return limit / 4
}

// Configure takes over the settings that may change while the edge runs.
func (e *Edge) Configure(c config.Client) {
	origins := c.AllowedOrigins
	e.origins.Store(&origins)
	e.maxBody.Store(int64(c.MaxBodyBytes()))
}

// Serve answers on a listener until [Edge.Drain]. It returns nil after a drain.
func (e *Edge) Serve(ln net.Listener) error {
	l := e.listen(ln)
	defer l.wait()
	if e.certs != nil {
		return e.server.Serve(tls.NewListener(l, e.certs.config()))
	}
	return e.server.Serve(l)
}

// Drain turns readiness off and keeps no connection alive from then on. For grace
// it goes on to take connections, so that balancers notice and no caller finds
// the connection closed that it was about to use; then it lets what is under way
// finish until ctx ends. What is still open then is ended with an error, a stream
// with its dialect's error event.
func (e *Edge) Drain(ctx context.Context, grace time.Duration) {
	e.draining.Store(true)
	select {
	case <-time.After(grace):
	case <-ctx.Done():
	}
	e.sockets.drain()
	if e.options.MCP != nil {
		e.options.MCP.Drain()
	}
	err := e.server.ShutdownWithContext(ctx)
	if e.sockets.close(ctx) && err == nil {
		return
	}
	e.gateway.CutCalls()
	e.shut()
	last, cancel := context.WithTimeout(context.Background(), cutTime)
	defer cancel()
	e.sockets.close(last)
	for end := time.Now().Add(cutTime); e.server.GetOpenConnectionsCount() > 0 && time.Now().Before(end); {
		time.Sleep(cutTime / 100) // the server has no way to be told
	}
}

// cutTime is how long calls that are ended have to tell their callers so; what is still
// open then is cut by the process's end.
const cutTime = time.Second

// Close frees what the edge holds. It must have been drained.
func (e *Edge) Close() error {
	e.shut()
	return e.watcher.Close()
}

// serverLog passes on what the HTTP server has to say. That is about broken
// connections, and so of interest only when one looks for it; and it may hold what
// the caller sent, a key among it, so only what kind of thing happened is told.
type serverLog struct{ log *slog.Logger }

// Printf implements fasthttp.Logger.
func (l serverLog) Printf(format string, _ ...any) {
	l.log.Debug("http server", "message", format)
}
