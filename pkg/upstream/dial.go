package upstream

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/asbru-gateway/asbru/pkg/tcp"
)

type dialer func(ctx context.Context, network, addr string) (net.Conn, error)

// direct tries the addresses of both families in parallel (RFC 8305), which is
// net.Dialer's default. No name is cached: a provider may move at any time.
var direct = wrapped((&net.Dialer{KeepAlive: 30 * time.Second}).DialContext)

// wrapped makes connections of pkg/tcp of those that dial brings.
func wrapped(dial dialer) dialer {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		c, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return tcp.Wrap(c), nil
	}
}

// Dial and DialContext implement the interfaces of x/net/proxy.
func (d dialer) Dial(network, addr string) (net.Conn, error) {
	return d(context.Background(), network, addr)
}

// DialContext is Dial with a context.
func (d dialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	return d(ctx, network, addr)
}

// interruptFunc makes a context's cancel function something that a Cut interrupts.
type interruptFunc context.CancelFunc

func (f interruptFunc) Interrupt() { f() }

// Connect makes a new connection for one request. deadline is the call's;
// connecting also has ConnectTimeout. Until Release, cut interrupts whatever is
// done on the connection, and the making of it. Whatever the error, nothing was
// sent: ErrCut, os.ErrDeadlineExceeded (wrapped), or what connecting met with.
func (o *Origin) Connect(deadline time.Time, cut *Cut) (*Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), o.connectTimeout)
	defer cancel()
	if !deadline.IsZero() {
		var cancelDeadline context.CancelFunc
		ctx, cancelDeadline = context.WithDeadline(ctx, deadline)
		defer cancelDeadline()
	}
	if !cut.Enter(interruptFunc(cancel)) {
		return nil, ErrCut
	}
	raw, wire, err := o.open(ctx)
	left := cut.Leave()
	if err != nil {
		switch {
		case !left:
			return nil, ErrCut
		case ctx.Err() != nil:
			err = os.ErrDeadlineExceeded
		}
		return nil, fmt.Errorf("upstream: connect to %s: %w", o.host, err)
	}
	c := newConn(o, raw, wire)
	c.begin(cut)
	if !left || !cut.Enter(c) {
		raw.Close()
		return nil, ErrCut
	}
	return c, nil
}

// Dial makes a new connection to the origin, TLS included, for what is not calls over
// HTTP. It is the caller's own.
func (o *Origin) Dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, o.connectTimeout)
	defer cancel()
	_, wire, err := o.open(ctx)
	if err != nil {
		return nil, fmt.Errorf("upstream: connect to %s: %w", o.host, err)
	}
	return wire, nil
}

// open returns the transport connection and, on top of it, what HTTP is spoken on.
func (o *Origin) open(ctx context.Context) (raw, wire net.Conn, err error) {
	raw, err = o.dial(ctx, "tcp", o.addr)
	if err != nil || o.tls == nil {
		return raw, raw, err
	}
	t := tls.Client(raw, o.tls)
	if err = t.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, nil, fmt.Errorf("TLS: %w", err)
	}
	return raw, t, nil
}

func tlsConfig(o TLSOptions, host string) (*tls.Config, error) {
	c := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		NextProtos:         []string{"http/1.1"},
		ServerName:         host,
		InsecureSkipVerify: o.InsecureSkipVerify, //nolint:gosec // only when the operator asks for it
		ClientSessionCache: tls.NewLRUClientSessionCache(8),
	}
	if o.ServerName != "" {
		c.ServerName = o.ServerName
	}
	if o.CA == "" {
		return c, nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // no system roots: the given ones stand alone
	}
	if !roots.AppendCertsFromPEM([]byte(o.CA)) {
		return nil, errors.New("upstream: CA holds no PEM certificate")
	}
	c.RootCAs = roots
	return c, nil
}
