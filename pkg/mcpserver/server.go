package mcpserver

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Caller is who has sent a request, and what may be done for it. Safe for concurrent use.
type Caller interface {
	// Identity is the same for two requests that may share a session, and secret.
	Identity() string
	// Tools returns the tools that the caller may use, sorted by name, or why it may use
	// none. It does not wait.
	Tools() ([]*mcp.Tool, *api.Error)
	// Run runs a tool, until ctx ends.
	Run(ctx context.Context, c Call) (*mcp.Result, *api.Error)
}

// Call is a client's call of a tool.
type Call struct {
	ID        string // of the request, within its session
	Name      string
	Arguments api.JSON
	Progress  func(mcp.Progress) // nil where the client does not want it; it does not wait
}

// Options are what a server is made with.
type Options struct {
	Version string // of the gateway
	Log     *slog.Logger
	// Key is shared by the nodes, whose sessions it makes known to each other.
	Key secret.Key
	// Changed returns a channel that is closed when there may be other tools than now.
	Changed func() <-chan struct{}
	// Tools has the servers at which callers sign in; nil: there are none.
	Tools *mcp.Pool
	// Conn tells other nodes what concerns them; nil: there are no others.
	Conn *bus.Conn
	// Beat is how often an open stream shows that it is alive; 0 is [DefaultBeat].
	Beat time.Duration
}

// DefaultBeat is short enough for balancers that cut a connection after a minute of silence.
const DefaultBeat = 15 * time.Second

// Server answers MCP clients. Safe for concurrent use.
type Server struct {
	o        Options
	settings atomic.Pointer[Settings]
	sessions sessions
	running  running
	whole    http.Handler // answers with JSON
	events   http.Handler // answers with a stream of events
	closing  chan struct{}
	close    sync.Once
}

// New makes a server.
func New(o Options) *Server {
	o.Log, o.Beat = cmp.Or(o.Log, slog.Default()), cmp.Or(o.Beat, DefaultBeat)
	s := &Server{o: o, sessions: sessions{key: o.Key}, closing: make(chan struct{})}
	s.settings.Store(&Settings{})
	s.whole, s.events = transport(true), transport(false)
	return s
}

// transport is the SDK's side of the protocol. It keeps nothing between requests; who may
// call, from where, and with how large a body was seen to before.
func transport(whole bool) http.Handler {
	return sdk.NewStreamableHTTPHandler(
		func(r *http.Request) *sdk.Server { return exchangeOf(r.Context()).server },
		&sdk.StreamableHTTPOptions{
			Stateless: true, JSONResponse: whole, Logger: slog.New(slog.DiscardHandler),
			DisableLocalhostProtection: true, MaxRequestBodyBytes: -1, PropagateRequestCancellation: true,
		})
}

// Configure takes over settings.
func (s *Server) Configure(settings Settings) { s.settings.Store(&settings) }

// Drain ends the streams that only wait for something to be told, so that their clients
// open them elsewhere.
func (s *Server) Drain() { s.close.Do(func() { close(s.closing) }) }
