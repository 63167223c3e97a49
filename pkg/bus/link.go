package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Link is one connection to NATS, and JetStream over it.
type Link struct {
	NATS *nats.Conn
	JS   jetstream.JetStream

	name   string
	log    *slog.Logger
	byUser bool // the server knows the node by the user in its URL

	mu      sync.Mutex
	err     error // why the connection is not there
	buckets map[*Bucket]jetstream.KeyValue
}

// A black hole is noticed after two pings without an answer; nats.go would take
// minutes. Reconnects are spread, so that a server that comes back is not overrun.
const (
	pingInterval    = 5 * time.Second
	pingsMissed     = 2
	reconnectWait   = 100 * time.Millisecond
	reconnectJitter = time.Second
	requestTimeout  = 5 * time.Second
	// queueLen is more than a fetch asks for at once. The default of 64 Ki takes half
	// a megabyte for each subscription.
	queueLen = 4096
)

// dial makes one of the node's connections.
func (c *Conn) dial(ctx context.Context, name string) (*Link, error) {
	up := func() {}
	if name == "control" {
		up = c.callReconnected
	}
	return dial(ctx, c.options, identity{role: c.options.Role, node: c.options.Node, link: name}, c.log, up)
}

// dial connects as an identity. Each time the connection is there again, up is called.
func dial(ctx context.Context, o Options, id identity, log *slog.Logger, up func()) (*Link, error) {
	l := &Link{name: id.link, log: log.With("link", id.link), byUser: hasUser(o.URLs)}
	opts, err := l.options(o, id, up)
	if err != nil {
		return nil, err
	}
	urls := strings.Join(o.URLs, ",")
	// The first try tells a server that refuses from one that is not there.
	nc, err := nats.Connect(urls, append(opts, nats.Timeout(within(ctx, dialTimeout)))...)
	if err = l.explain(err); refused(err) {
		return nil, err
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		l.fail(err)
		if nc, err = nats.Connect(urls, append(opts, nats.Timeout(dialTimeout), nats.RetryOnFailedConnect(true))...); err != nil {
			return nil, l.explain(err)
		}
	}
	l.NATS = nc
	if l.JS, err = jetstream.New(nc, jetstream.WithDefaultTimeout(requestTimeout)); err != nil {
		nc.Close()
		return nil, fmt.Errorf("nats: %w", err)
	}
	return l, nil
}

func (l *Link) options(o Options, id identity, up func()) ([]nats.Option, error) {
	back := func(nc *nats.Conn) {
		l.fail(nil)
		l.log.Info("nats: connected", "server", nc.ConnectedServerName(), "version", nc.ConnectedServerVersion())
		up()
	}
	opts := []nats.Option{
		nats.Name(id.name()),
		nats.CustomInboxPrefix(inboxPrefix(id.role, id.node)),
		nats.SetCustomDialer(gate{}),
		nats.PingInterval(pingInterval), nats.MaxPingsOutstanding(pingsMissed),
		nats.MaxReconnects(-1), nats.ReconnectWait(reconnectWait), nats.ReconnectJitter(reconnectJitter, reconnectJitter),
		nats.ReconnectBufSize(-1), nats.IgnoreAuthErrorAbort(),
		nats.SyncQueueLen(queueLen),
		nats.ConnectHandler(func(nc *nats.Conn) {
			if l.failure() != nil { // not at the first try: its outcome is returned
				back(nc)
			}
		}),
		nats.ReconnectHandler(back),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil { // else it was closed on purpose
				l.fail(err)
			}
		}),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) { l.fail(err) }),
		nats.ErrorHandler(func(_ *nats.Conn, s *nats.Subscription, err error) {
			if s != nil {
				l.log.Warn("nats", "subject", s.Subject, "error", err)
			} else if !errors.Is(err, nats.ErrAuthorization) { // told by fail
				l.log.Warn("nats", "error", err)
			}
		}),
	}
	if o.InProcess != nil {
		opts = append(opts, nats.InProcessServer(o.InProcess))
	}
	if l.byUser {
		return opts, nil
	}
	keys, err := id.keys(o.Secret)
	if err != nil {
		return nil, fmt.Errorf("nats: signing keys: %w", err)
	}
	public, err := keys.PublicKey()
	if err != nil {
		return nil, fmt.Errorf("nats: signing keys: %w", err)
	}
	return append(opts, nats.Nkey(public, keys.Sign)), nil
}

// fail notes why the connection is not there, nil once it is, and logs what is new.
func (l *Link) fail(err error) {
	err = l.explain(err)
	l.mu.Lock()
	news := err != nil && (l.err == nil || l.err.Error() != err.Error())
	l.err = err
	l.mu.Unlock()
	if news {
		l.log.Warn("nats: not connected; trying on", "error", err)
	}
}

func (l *Link) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// down returns why the connection is not there, nil if it is.
func (l *Link) down() error {
	if err := l.failure(); err != nil {
		return err
	}
	if !l.NATS.IsConnected() {
		return errors.New("nats: not connected")
	}
	return nil
}

func (l *Link) close() {
	if l.NATS.IsConnected() {
		_ = l.NATS.FlushTimeout(time.Second) // what cannot be sent by then is lost with the connection
	}
	l.NATS.Close()
}

// explain says what an error of nats.go means here.
func (l *Link) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrVersion), errors.Is(err, ErrSecret), errors.Is(err, ErrUser):
		return err
	case errors.Is(err, nats.ErrAuthorization), errors.Is(err, nats.ErrAuthExpired):
		if l.byUser {
			return ErrUser
		}
		return ErrSecret
	case errors.Is(err, nats.ErrNkeysNotSupported):
		return fmt.Errorf("%w: it lets in everybody, or wants a user and a password in --nats", err)
	case errors.Is(err, nats.ErrNoServers):
		return errors.New("nats: no server can be reached")
	}
	return err
}

func hasUser(urls []string) bool {
	for _, s := range urls {
		if u, err := url.Parse(s); err == nil && u.User != nil {
			return true
		}
	}
	return false
}

// within is d, or what is left until ctx ends if that is less.
func within(ctx context.Context, d time.Duration) time.Duration {
	if end, ok := ctx.Deadline(); ok {
		d = min(d, max(time.Until(end), time.Millisecond))
	}
	return d
}
