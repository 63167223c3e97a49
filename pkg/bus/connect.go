package bus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/secret"
)

// Options are those of Connect.
type Options struct {
	// URLs are the servers, such as nats://10.0.0.1:4222. Users and passwords in them
	// are for a NATS of someone else's, and take the place of the cluster's secret.
	URLs []string
	// InProcess is the server, instead of URLs, when it runs in this process.
	InProcess *Server
	Role      Role
	// Node is the node's name, which no other node of the cluster has.
	Node   string
	Secret secret.Key
	Log    *slog.Logger
}

// Conn is a node's part in the cluster: three connections, so that a burst on one
// never delays what goes over another. A connection that is lost is made again for as
// long as the process runs. What is published meanwhile is refused at once; nothing is
// kept to be sent late. Safe for concurrent use.
type Conn struct {
	// Control is for the configuration, hints and membership.
	Control *Link
	// Overflow is for what calls wait for: those that are handed over, the frames of their
	// answers, and what programs of plugins are asked.
	Overflow *Link
	// Bulk is for what comes in quantity: usage, events, audit, jobs.
	Bulk *Link

	options Options
	log     *slog.Logger

	mu          sync.Mutex
	reconnected []*func()
}

// ErrSecret is the error of a node that cannot prove to belong to the cluster.
var ErrSecret = errors.New("nats: the server does not know this node: is --secret-key that of the cluster?")

// ErrUser is the error of a node whose user in its servers' URLs is not let in.
var ErrUser = errors.New("nats: the server does not let in the user in --nats: is the password right?")

// Connect joins the cluster. If no server can be reached it returns all the same, and
// goes on trying; a server that refuses the node, or that is too old, is an error.
func Connect(ctx context.Context, o Options) (*Conn, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	c := &Conn{options: o, log: cmp.Or(o.Log, slog.New(slog.DiscardHandler))}
	var err error
	if c.Control, err = c.dial(ctx, "control"); err != nil {
		return nil, err
	}
	if c.Overflow, err = c.dial(ctx, "overflow"); err != nil {
		c.Close()
		return nil, err
	}
	if c.Bulk, err = c.dial(ctx, "bulk"); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (o *Options) check() error {
	if !o.Role.ofNode() {
		return fmt.Errorf("nats: a node has no role %q", o.Role)
	}
	if o.Node == "" {
		return errors.New("nats: a node needs a name")
	}
	if len(o.URLs) == 0 && o.InProcess == nil {
		return errors.New("nats: no server to connect to")
	}
	for i, s := range o.URLs { // not repeated in an error: it may hold a password
		if u, err := url.Parse(s); err != nil || u.Host == "" || u.Scheme != "nats" && u.Scheme != "tls" {
			return fmt.Errorf("nats: server %d: want nats://HOST:PORT or tls://HOST:PORT", i+1)
		}
	}
	return nil
}

// OnReconnect has f called whenever the control connection is there again after it was
// not: the time to fetch what hints may have been missed. f is called on a goroutine
// that other calls wait for. The function returned takes f off.
func (c *Conn) OnReconnect(f func()) (remove func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reconnected = append(c.reconnected, &f)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.reconnected = slices.DeleteFunc(slices.Clone(c.reconnected), func(g *func()) bool { return g == &f })
	}
}

func (c *Conn) callReconnected() {
	c.mu.Lock()
	calls := c.reconnected
	c.mu.Unlock()
	for _, f := range calls {
		(*f)()
	}
}

// Node is the name that the node has joined under.
func (c *Conn) Node() string { return c.options.Node }

// Derive returns the key that the nodes of the cluster share for one purpose: to seal or
// sign what goes over the bus and must not be forged there.
func (c *Conn) Derive(purpose string) secret.Key { return c.options.Secret.Derive(purpose) }

// State is how a node's connections are.
type State struct {
	// Connected is true if each of the three is there.
	Connected bool
	// Server and Version are of the server that the control connection is to.
	Server, Version string
	// RTT is how long it takes that server to answer.
	RTT time.Duration
	// Err is why a connection is not there.
	Err error
}

// State asks the server for a sign of life and tells how the connections are.
func (c *Conn) State(ctx context.Context) State {
	s := State{Connected: true}
	for _, l := range []*Link{c.Control, c.Overflow, c.Bulk} {
		if err := l.down(); err != nil {
			s.Connected, s.Err = false, err
		}
	}
	nc := c.Control.NATS
	if !nc.IsConnected() {
		return s
	}
	s.Server, s.Version = nc.ConnectedServerName(), nc.ConnectedServerVersion()
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	began := time.Now()
	if err := nc.FlushWithContext(ctx); err != nil {
		s.Connected, s.Err = false, fmt.Errorf("nats: no answer from the server: %w", err)
		return s
	}
	s.RTT = time.Since(began)
	return s
}

// Close leaves the cluster, after what was published has been sent.
func (c *Conn) Close() {
	for _, l := range []*Link{c.Bulk, c.Overflow, c.Control} {
		if l != nil {
			l.close()
		}
	}
}

// refused reports whether a server was there and would not have the node, so that
// trying again is of no use.
func refused(err error) bool {
	return errors.Is(err, ErrVersion) || errors.Is(err, ErrSecret) || errors.Is(err, ErrUser) || errors.Is(err, nats.ErrNkeysNotSupported)
}
