// Hot path: nothing here allocates once a connection is there to be reused.

package upstream

import (
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// Origin is one provider's address with its idle connections. Safe for
// concurrent use.
type Origin struct {
	host   string // as in the Host field
	addr   string // host:port to connect to
	target string // what stands before the path in the request line
	fields string // header fields that each request needs: Host, proxy credentials

	dial           dialer
	tls            *tls.Config // nil for http
	connectTimeout time.Duration
	maxHeader      int

	idle idleStack
}

// NewOrigin checks o and makes an origin of it. It does no I/O. Its errors name
// the option at fault and hold no credentials.
func NewOrigin(o Options) (*Origin, error) {
	u, err := parseOrigin(o.URL)
	if err != nil {
		return nil, err
	}
	g := &Origin{
		host:           u.Host,
		addr:           withPort(u),
		target:         strings.TrimSuffix(u.EscapedPath(), "/"),
		connectTimeout: positive(o.ConnectTimeout, DefaultConnectTimeout),
		maxHeader:      positive(o.MaxHeaderBytes, DefaultMaxHeaderBytes),
	}
	g.idle.timeout = positive(o.IdleTimeout, DefaultIdleTimeout)
	g.fields = "Host: " + g.host + "\r\n"
	if u.Scheme == "https" {
		if g.tls, err = tlsConfig(o.TLS, u.Hostname()); err != nil {
			return nil, err
		}
	}
	if o.Dial != nil {
		g.dial = wrapped(o.Dial)
		return g, nil
	}
	p, err := newProxy(o.Proxy, u)
	if err != nil {
		return nil, err
	}
	g.dial = p.dialer(g.tls != nil)
	if p.kind == ProxyHTTP && g.tls == nil {
		g.target = "http://" + g.host + g.target
		if p.user != nil {
			g.fields += "Proxy-Authorization: " + basic(p.user) + "\r\n"
		}
	}
	return g, nil
}

func positive[T int | time.Duration](v, byDefault T) T {
	if v > 0 {
		return v
	}
	return byDefault
}

func parseOrigin(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		// The error of url.Parse repeats the URL, which may hold a password.
		return nil, fmt.Errorf("upstream: url is malformed")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("upstream: url must begin with http:// or https://")
	case u.Hostname() == "":
		return nil, fmt.Errorf("upstream: url has no host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("upstream: url must have no user, query or fragment")
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return nil, fmt.Errorf("upstream: url's host must be plain ASCII")
	}
	return u, nil
}

func withPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func basic(u *url.Userinfo) string {
	password, _ := u.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(u.Username()+":"+password))
}

// Host is the origin's host, with its port if it is not the scheme's own.
func (o *Origin) Host() string { return o.host }

// AppendStart appends the request line and the fields that every request to this
// origin must have (Host, and an HTTP proxy's credentials). path begins with a
// slash, may hold a query, and is put behind the URL's prefix. Bytes of it that
// cannot stand in a request line are percent-encoded.
func (o *Origin) AppendStart(dst []byte, method string, path []byte) []byte {
	dst = append(dst, method...)
	dst = append(dst, ' ')
	dst = append(dst, o.target...)
	for _, b := range path {
		if b <= ' ' || b >= 0x7f {
			dst = append(dst, '%', upperHex[b>>4], upperHex[b&15])
			continue
		}
		dst = append(dst, b)
	}
	dst = append(dst, " HTTP/1.1\r\n"...)
	return append(dst, o.fields...)
}

const upperHex = "0123456789ABCDEF"

// Idle returns the idle connection that was used last, if it is still good, for
// one request; nil if there is none. Until Release, cut interrupts whatever is
// done on the connection. The error can only be ErrCut.
func (o *Origin) Idle(cut *Cut) (*Conn, error) {
	for {
		c := o.idle.pop(time.Now())
		if c == nil {
			return nil, nil
		}
		if c.touched() {
			c.raw.Close()
			continue
		}
		c.begin(cut)
		c.reused = true
		if !cut.Enter(c) {
			o.idle.push(c, time.Now())
			return nil, ErrCut
		}
		return c, nil
	}
}

// Close closes the idle connections, and from now on each connection that is
// released. Connect still works: a call that began while the
// origin was configured may come to it late.
func (o *Origin) Close() { o.idle.close() }
