package mcp

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

const (
	// connectTimeout bounds the making of a connection, pingTimeout a ping, and
	// listTimeout a listing of tools.
	connectTimeout, pingTimeout, listTimeout = 30 * time.Second, 5 * time.Second, 30 * time.Second
	// pingsFailed is how many pings in a row end a connection, and connectsFailed how many
	// tries to make one withdraw the tools.
	pingsFailed, connectsFailed = 5, 5
	// patience is how long a call waits for a connection that is being made.
	patience = 5 * time.Second
	// changesApart is the least time between two listings that a server asks for: one that tells
	// of changes without end is not listed without end.
	changesApart = time.Second
)

// session is a connection to a server.
type session interface {
	Tools(context.Context, *sdk.ListToolsParams) iter.Seq2[*sdk.Tool, error]
	Ping(context.Context, *sdk.PingParams) error
	CallTool(context.Context, *sdk.CallToolParams) (*sdk.CallToolResult, error)
	Wait() error // returns when the connection is lost
	Close() error
}

// client keeps the connection to one server.
type client struct {
	pool   *Pool
	server Server
	log    *slog.Logger

	life    context.Context // ends with the client
	end     context.CancelFunc
	done    chan struct{}
	again   chan struct{} // somebody wants the connection made anew
	changed chan struct{} // the server's tools have changed

	progress followers    // of the calls that are under way
	seen     atomic.Int64 // when the server has answered last

	mu       sync.Mutex
	session  session
	tried    chan struct{} // closed at the end of a try to connect
	state    string
	since    time.Time
	problem  string
	withdraw bool
	found    []found
}

func newClient(p *Pool, s Server) *client {
	c := &client{
		pool: p, server: s, log: p.log.With("mcp", s.Name), done: make(chan struct{}),
		again: make(chan struct{}, 1), changed: make(chan struct{}, 1), tried: make(chan struct{}),
		state: Connecting, since: time.Now(),
	}
	c.life, c.end = context.WithCancel(context.Background())
	return c
}

// start keeps the connection until end is called; done is closed then.
func (c *client) start() {
	go func() {
		defer close(c.done)
		failures := 0
		for c.life.Err() == nil {
			began := time.Now()
			err := c.connected()
			if c.life.Err() != nil {
				return
			}
			if errors.Is(err, errAnew) {
				failures = 0
				continue
			}
			if time.Since(began) > backoffMost {
				failures = 0
			}
			failures++
			c.failed(err, failures)
			if !c.pause(c.pool.o.Backoff(failures)) {
				return
			}
		}
	}()
}

// errAnew: somebody wants the connection made anew.
var errAnew = errors.New("it was asked to connect anew")

// connected makes a connection and stays with it until it is lost. It returns why.
func (c *client) connected() error {
	session, closeSession, err := c.open()
	if err != nil {
		return err
	}
	defer closeSession()
	if err := c.sync(session); err != nil {
		return err
	}
	c.up(session)
	defer c.down()
	return c.attend(session)
}

// open makes a connection. Its context is that of its whole life.
func (c *client) open() (session, func(), error) {
	if c.server.Kind == Stdio && c.pool.o.Remote != nil {
		if _, here := c.pool.o.Commands[c.server.Name]; !here {
			s := &remoteSession{remote: c.pool.o.Remote, client: c.server.Name, most: c.server.MaxBytes, gone: make(chan struct{})}
			return s, func() { _ = s.Close() }, nil
		}
	}
	return c.openFor(c.life, oauth.Nobody)
}

// openFor makes a connection with an owner's token. It lasts as long as ctx.
func (c *client) openFor(ctx context.Context, owner string) (session, func(), error) {
	transport, err := c.transport(owner)
	if err != nil {
		return nil, nil, err
	}
	life, cancel := context.WithCancel(ctx)
	timer := time.AfterFunc(c.pool.o.ConnectTimeout, cancel)
	asked := sdk.NewClient(&sdk.Implementation{Name: "asbru", Version: c.pool.o.Version}, &sdk.ClientOptions{
		Capabilities:   &sdk.ClientCapabilities{},
		MultiRoundTrip: &sdk.MultiRoundTripOptions{Disabled: true},
		Logger:         slog.New(slog.DiscardHandler),
		ToolListChangedHandler: func(context.Context, *sdk.ToolListChangedRequest) {
			signal(c.changed)
		},
		ProgressNotificationHandler: func(_ context.Context, r *sdk.ProgressNotificationClientRequest) { c.progress.tell(r.Params) },
	})
	session, err := asked.Connect(life, transport, nil)
	inTime := timer.Stop()
	switch {
	case err == nil && inTime:
	case err == nil:
		_ = session.Close() // it came too late
		fallthrough
	case !inTime && ctx.Err() == nil && errors.Is(err, context.Canceled):
		err = errors.New("no connection within " + c.pool.o.ConnectTimeout.String())
		fallthrough
	default:
		cancel()
		closeIdle(transport)
		return nil, nil, err
	}
	end := func() {
		cancel()
		_ = session.Close() // of one that is lost it fails
		closeIdle(transport)
	}
	if program, ok := transport.(*process); ok {
		return &programSession{session, program}, end, nil
	}
	return session, end, nil
}

// closeIdle frees the connections of a transport that is not used any more.
func closeIdle(t sdk.Transport) {
	var h *http.Client
	switch t := t.(type) {
	case *sdk.StreamableClientTransport:
		h = t.HTTPClient
	case *sdk.SSEClientTransport:
		h = t.HTTPClient
	}
	if h != nil {
		h.CloseIdleConnections()
	}
}

// attend looks after a connection until it is lost.
func (c *client) attend(s session) error {
	lost := make(chan error, 1)
	go func() { lost <- s.Wait() }() // closing the session ends it
	pings := time.NewTicker(c.server.Ping)
	defer pings.Stop()
	var syncs <-chan time.Time // nil: never
	if c.server.Sync > 0 {
		t := time.NewTicker(c.server.Sync)
		defer t.Stop()
		syncs = t.C
	}
	changed, rested := c.changed, time.NewTimer(0)
	defer rested.Stop()
	failures := 0
	for {
		var err error
		select {
		case <-c.life.Done():
			return nil
		case err := <-lost:
			return errors.Join(errors.New("the connection was lost"), err)
		case <-c.again:
			return errAnew
		case <-rested.C:
			changed = c.changed
			continue
		case <-changed:
			err = c.sync(s)
			changed = nil
			rested.Reset(changesApart)
		case <-syncs:
			err = c.sync(s)
		case <-pings.C:
			err = c.ping(s)
		}
		if err == nil {
			failures = 0
			continue
		}
		if missingSignIn(err) != nil {
			return err
		}
		if failures++; failures >= pingsFailed {
			return err
		}
		c.log.Debug("an MCP server does not answer", "failures", failures, "error", err)
	}
}

// ping asks whether the server is there. One that answers with an error is.
func (c *client) ping(s session) error {
	if c.server.NoPing {
		return c.sync(s)
	}
	ctx, cancel := context.WithTimeout(c.life, pingTimeout)
	defer cancel()
	err := s.Ping(ctx, nil)
	var said *jsonrpc.Error
	if errors.As(err, &said) && !isTransports(said) {
		err = nil
	}
	if err == nil {
		c.answered()
	}
	return err
}

func (c *client) up(s session) {
	c.mu.Lock()
	c.withdraw = false
	c.mu.Unlock()
	c.pool.publish() // before anybody sees that it is connected
	c.mu.Lock()
	c.session = s
	c.become(Connected, "")
	c.endTry()
	c.mu.Unlock()
	c.log.Info("an MCP server is connected", "tools", len(c.offered()))
}

func (c *client) down() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session = nil
	c.become(Connecting, "")
}

// failed notes that there is no connection.
func (c *client) failed(err error, failures int) {
	c.mu.Lock()
	state, problem := Connecting, c.problemOf(err)
	switch {
	case missingSignIn(err) != nil:
		state, problem, c.withdraw = SignInRequired, missingSignIn(err).Error(), true
	case failures >= connectsFailed:
		state, c.withdraw = Disconnected, true
	}
	c.become(state, problem)
	c.endTry()
	c.mu.Unlock()
	if failures == 1 || failures == connectsFailed {
		c.log.Warn("an MCP server is not connected; trying on", "failures", failures, "error", problem)
	}
	c.pool.publish()
}

// become needs mu.
func (c *client) become(state, problem string) {
	if c.state != state {
		c.state, c.since = state, time.Now()
	}
	c.problem = problem
}

// endTry needs mu. It wakes those who wait for the end of a try.
func (c *client) endTry() {
	close(c.tried)
	c.tried = make(chan struct{})
}

// problemOf is what is told of an error, without secrets. It may hold what the server said.
func (c *client) problemOf(err error) string {
	if err == nil {
		return ""
	}
	text := visible(err.Error())
	if u, bad := url.Parse(c.server.URL); bad == nil && u.RawQuery != "" {
		text = strings.ReplaceAll(text, u.RawQuery, secret.Mask) // keys are put there
	}
	return bounded(secret.Redact(text), 512)
}

// current returns the connection, and waits a little for one that is being made.
func (c *client) current(ctx context.Context) (session, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		c.mu.Lock()
		session, tried, state := c.session, c.tried, c.state
		c.mu.Unlock()
		switch {
		case session != nil:
			return session, nil
		case state != Connecting:
			return nil, api.Errorf(api.KindUnavailable, "mcp_unavailable", "The MCP server %q is not connected.", c.server.Name)
		}
		select {
		case <-tried:
		case <-timer.C:
			return nil, api.Errorf(api.KindUnavailable, "mcp_unavailable", "The MCP server %q is not connected.", c.server.Name)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// callTool calls a tool on the connection that there is.
func (c *client) callTool(ctx context.Context, params *sdk.CallToolParams) (*sdk.CallToolResult, error) {
	session, err := c.current(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := session.CallTool(ctx, params)
	if err == nil {
		c.answered()
	}
	return answer, err
}

// reconnect has the connection made anew.
func (c *client) reconnect(ctx context.Context) error {
	c.mu.Lock()
	tried := c.tried
	c.mu.Unlock()
	signal(c.again)
	select {
	case <-tried:
	case <-ctx.Done():
		return ctx.Err()
	case <-c.life.Done():
		return ErrNoServer
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.problem != "" {
		return errors.New(c.problem)
	}
	return nil
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default: // it is signalled already
	}
}
