package upstream

import (
	"context"
	"net"
	"time"
)

// The defaults of Options.
const (
	DefaultConnectTimeout = 10 * time.Second
	DefaultMaxHeaderBytes = 64 << 10
	// DefaultIdleTimeout is below what common servers and load balancers allow
	// (60 s and more), so that it is mostly we who close an idle connection.
	DefaultIdleTimeout = 30 * time.Second
)

// Options say how an origin is reached.
type Options struct {
	// URL is scheme://host[:port][/prefix]; the scheme is http or https.
	URL string
	// Dial replaces the package's own dialler and Proxy; it must return when ctx
	// ends, and closing its connections must not block. TLS is still spoken over
	// them if the URL says https.
	Dial  func(ctx context.Context, network, addr string) (net.Conn, error)
	Proxy ProxyOptions
	TLS   TLSOptions
	// ConnectTimeout covers name resolution, TCP, proxy and TLS together.
	ConnectTimeout time.Duration
	// MaxHeaderBytes bounds an answer's head, interim answers included.
	MaxHeaderBytes int
	// IdleTimeout is how long a connection may lie idle and still be used again.
	IdleTimeout time.Duration
}

// The kinds of proxy. ProxyEnvironment follows HTTP_PROXY, HTTPS_PROXY and
// NO_PROXY as they stand when the origin is made.
const (
	ProxyNone        = "none"
	ProxyHTTP        = "http"
	ProxySOCKS5      = "socks5"
	ProxyEnvironment = "environment"
)

// ProxyOptions are a network proxy on the way to an origin. The zero value is no proxy.
type ProxyOptions struct {
	Type     string // one of the kinds above; empty means none
	URL      string
	Username string // with Password, instead of those in URL
	Password string
	CA       string // PEM, trusted for an https proxy besides the system's roots
	Except   string // hosts that are reached without it, as in NO_PROXY
}

// TLSOptions are what the origin's certificate is checked against.
type TLSOptions struct {
	CA                 string // PEM, trusted besides the system's roots
	InsecureSkipVerify bool
	ServerName         string // instead of the URL's host, for SNI and the check
}
