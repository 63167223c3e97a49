package upstream

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/net/http/httpproxy"
	xproxy "golang.org/x/net/proxy"
)

// proxy is the way through a network proxy, or the direct one.
type proxy struct {
	kind string
	addr string
	user *url.Userinfo // nil when the proxy asks for none
	tls  *tls.Config   // for a proxy that is itself reached by https
}

// excepts says whether an origin is reached without the proxy.
func (o *ProxyOptions) excepts(origin *url.URL) bool {
	rules := httpproxy.Config{HTTPProxy: "any:1", HTTPSProxy: "any:1", NoProxy: o.Except}
	u, err := rules.ProxyFunc()(origin)
	return o.Except != "" && err == nil && u == nil
}

func newProxy(o ProxyOptions, origin *url.URL) (proxy, error) {
	raw := o.URL
	switch o.Type {
	case "", ProxyNone:
		return proxy{kind: ProxyNone}, nil
	case ProxyHTTP, ProxySOCKS5:
		if o.excepts(origin) {
			return proxy{kind: ProxyNone}, nil
		}
	case ProxyEnvironment:
		u, err := httpproxy.FromEnvironment().ProxyFunc()(origin)
		if err != nil {
			return proxy{}, errors.New("upstream: the environment's proxy url is malformed")
		}
		if u == nil {
			return proxy{kind: ProxyNone}, nil
		}
		raw = u.String()
	default:
		return proxy{}, fmt.Errorf("upstream: proxy type %q is not one of none, http, socks5, environment", o.Type)
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return proxy{}, errors.New("upstream: proxy url is malformed or has no host")
	}
	p := proxy{addr: withPort(u), user: u.User}
	if o.Username != "" {
		p.user = url.UserPassword(o.Username, o.Password)
	}
	switch u.Scheme {
	case "http":
		p.kind = ProxyHTTP
	case "https":
		p.kind = ProxyHTTP
		p.tls, err = tlsConfig(TLSOptions{CA: o.CA}, u.Hostname())
	case "socks5", "socks5h":
		p.kind = ProxySOCKS5
	default:
		return proxy{}, fmt.Errorf("upstream: proxy url's scheme must be http, https, socks5 or socks5h")
	}
	if o.Type != ProxyEnvironment && p.kind != o.Type {
		return proxy{}, fmt.Errorf("upstream: proxy url's scheme does not fit proxy type %s", o.Type)
	}
	return p, err
}

// dialer returns the function that reaches an origin through p. Towards a plain
// origin an HTTP proxy is simply spoken to; towards a TLS one it opens a tunnel.
func (p proxy) dialer(tunnel bool) dialer {
	switch p.kind {
	case ProxyHTTP:
		return func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := p.reach(ctx, network)
			if err != nil || !tunnel {
				return conn, err
			}
			if err := p.connect(ctx, conn, addr); err != nil {
				conn.Close()
				return nil, fmt.Errorf("proxy: %w", err)
			}
			return conn, nil
		}
	case ProxySOCKS5:
		return p.socks
	}
	return direct
}

// reach connects to the proxy itself.
func (p proxy) reach(ctx context.Context, network string) (net.Conn, error) {
	conn, err := direct(ctx, network, p.addr)
	if err != nil || p.tls == nil {
		return conn, err
	}
	t := tls.Client(conn, p.tls)
	if err := t.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("proxy: TLS: %w", err)
	}
	return t, nil
}

// connect asks the proxy for a tunnel to addr (RFC 9110 §9.3.6).
func (p proxy) connect(ctx context.Context, conn net.Conn, addr string) error {
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	ask := "CONNECT " + addr + " HTTP/1.1\r\nHost: " + addr + "\r\n"
	if p.user != nil {
		ask += "Proxy-Authorization: " + basic(p.user) + "\r\n"
	}
	if _, err := io.WriteString(conn, ask+"\r\n"); err != nil {
		return err
	}
	// The proxy speaks first only up to the empty line, and the origin not before
	// the handshake, so nothing that the reader takes in advance is lost.
	answer, err := http.ReadResponse(bufio.NewReader(io.LimitReader(conn, DefaultMaxHeaderBytes)),
		&http.Request{Method: http.MethodConnect})
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("CONNECT was answered with status %d", answer.StatusCode)
	}
	if !stop() {
		return context.Cause(ctx)
	}
	return nil
}

func (p proxy) socks(ctx context.Context, network, addr string) (net.Conn, error) {
	var auth *xproxy.Auth
	if p.user != nil {
		password, _ := p.user.Password()
		auth = &xproxy.Auth{User: p.user.Username(), Password: password}
	}
	d, err := xproxy.SOCKS5("tcp", p.addr, auth, direct)
	if err != nil {
		return nil, err
	}
	return d.(xproxy.ContextDialer).DialContext(ctx, network, addr)
}
