package redis

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Options are how a client behaves. The zero value will do.
type Options struct {
	// Timeout bounds a script, with all that belongs to it: waiting for a
	// connection, dialling, writing, reading. A server that answers others, or that
	// was not listened to in time, is waited for up to a second longer. Default: [Timeout].
	Timeout time.Duration
	// Connections are kept to each server, at most. Default: 10 for each CPU.
	Connections int
	Log         *slog.Logger // default: slog.Default()
	// Took is told how long scripts were waited for, those that failed as well; not
	// of those that were not tried. Default: nobody is told.
	Took func(d time.Duration, failed bool)
}

const (
	// Timeout is how long a script is waited for unless [Options] say otherwise.
	Timeout     = 20 * time.Millisecond
	dialTimeout = 50 * time.Millisecond
)

// Client is a connection pool to the shared Redis. Safe for concurrent use.
type Client struct {
	raw     goredis.UniversalClient
	timeout time.Duration
	took    func(d time.Duration, failed bool)
	cluster bool
	breaker breaker
}

// Open makes a client; see [parse] for the forms of URLs. It does not wait for
// Redis: a node starts without it.
func Open(urls string, o Options) (*Client, error) {
	t, err := parse(urls)
	if err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = Timeout
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Took == nil {
		o.Took = func(time.Duration, bool) {}
	}
	c := &Client{timeout: o.Timeout, took: o.Took, cluster: t.kind == cluster}
	c.raw = t.client(o, &c.breaker.open)
	c.breaker.begin(o.Log, func(ctx context.Context) error {
		// It writes, since a Redis that only reads is of no use: full, or a replica.
		ctx, cancel := context.WithTimeout(ctx, max(o.Timeout, dialTimeout)+grace)
		defer cancel()
		return c.raw.Set(ctx, "asbru:probe", 1, time.Minute).Err()
	})
	return c, nil
}

// client makes go-redis's client. Its defaults may hold a call for ten seconds,
// and may send a command four times.
func (t *target) client(o Options, away *atomic.Bool) goredis.UniversalClient {
	u := t.options
	u.Protocol = 2
	u.DisableIdentity = true
	u.MaxRetries = -1
	u.MaxRedirects = 3
	u.DialTimeout, u.DialerRetries = max(dialTimeout, o.Timeout), 1
	latest := o.Timeout + grace
	u.ReadTimeout, u.WriteTimeout, u.PoolTimeout = latest, latest, latest
	u.ContextTimeoutEnabled = true
	u.PoolSize = o.Connections
	u.PipelinePoolSize = -1
	u.Dialer = dialer(u.TLSConfig, o.Timeout, away)
	switch t.kind {
	case cluster:
		nodes := u.Cluster()
		nodes.ClusterStateReloadInterval = time.Second // else a node that took another's place may be unknown for a minute
		nodes.DisableRoutingPolicies = true            // they ask the server for COMMAND; a script's first key says where it goes
		return goredis.NewClusterClient(nodes)
	case sentinel:
		servers := u.Failover()
		servers.DialTimeout += grace // while it dials it asks Sentinel where, and reads as patiently as a script does
		return goredis.NewFailoverClient(servers)
	default:
		return goredis.NewClient(u.Simple())
	}
}

// dialer connects. A failure becomes a connection that fails at its first use,
// since go-redis, after some failed dials, dials only once a second, which is
// too seldom to be back in time; when to try is for the breaker to decide.
func dialer(secure *tls.Config, timeout time.Duration, away *atomic.Bool) func(ctx context.Context, network, addr string) (net.Conn, error) {
	plain := net.Dialer{KeepAlive: 30 * time.Second}
	var servers sync.Map // address -> *patience: in a cluster one may hang while others answer
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, max(dialTimeout, timeout))
		defer cancel()
		var conn net.Conn
		var err error
		if secure == nil {
			conn, err = plain.DialContext(ctx, network, addr)
		} else {
			conn, err = (&tls.Dialer{NetDialer: &plain, Config: secure}).DialContext(ctx, network, addr)
		}
		if err != nil {
			return broken{err}, nil // the connection has it
		}
		server, _ := servers.LoadOrStore(addr, &patience{timeout: timeout, away: away, born: time.Now()})
		return server.(*patience).patient(conn), nil
	}
}

// broken is a connection that was never made.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error)       { return 0, b.err }
func (b broken) Write([]byte) (int, error)      { return 0, b.err }
func (broken) Close() error                     { return nil }
func (broken) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (broken) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (broken) SetDeadline(time.Time) error      { return nil }
func (broken) SetReadDeadline(time.Time) error  { return nil }
func (broken) SetWriteDeadline(time.Time) error { return nil }

// Cluster says whether keys are spread over several servers, so that a script's
// keys must share a hash tag.
func (c *Client) Cluster() bool { return c.cluster }

// Up says whether Redis is believed to answer.
func (c *Client) Up() bool { return !c.breaker.open.Load() }

// State tells how Redis does.
func (c *Client) State() State { return c.breaker.state() }

// Raw is the client of go-redis, for what is not on a call's way. It knows no
// breaker, and its patience is short.
func (c *Client) Raw() goredis.UniversalClient { return c.raw }

// Close ends the probing and the connections.
func (c *Client) Close() error {
	c.breaker.end()
	return c.raw.Close()
}
