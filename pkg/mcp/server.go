package mcp

import (
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
)

// How a server is reached.
const (
	HTTP  = "http" // streamable HTTP
	SSE   = "sse"
	Stdio = "stdio"
)

// What is done with a tool that a server describes otherwise than it was approved.
const (
	HideChanged   = "hide"   // it is not offered until it is approved
	AcceptChanged = "accept" // the new form is approved
	AlertChanged  = "alert"  // it is offered, and told of
)

// Server is what the configuration says of a server.
type Server struct {
	Name string
	Kind string // HTTP, SSE or Stdio
	URL  string // of HTTP and SSE

	OAuth *oauth.Settings // how tokens for it are got; nil: it needs none
	// PublicURL is where people who sign in reach the gateway; "": where their calls do.
	PublicURL string

	Headers http.Header // that go with each request, secrets among them
	TLS     TLS         // of HTTP and SSE
	// Forward are headers of a caller's request that its tool calls take along.
	Forward []string

	Execute  []string // tools that may be used, by the server's names; "*" is all
	AutoRun  []string
	CodeMode bool
	ForAll   bool             // a filter's grants that do not name the server leave all its tools
	CostNano map[string]int64 // by the server's name of a tool

	Private  bool // it may be on a private or loopback address, and without TLS
	NoPing   bool // its health is told by listing its tools
	OnChange string

	Timeout  time.Duration // of a call
	Sync     time.Duration // between two listings; negative: there is one alone
	Ping     time.Duration // between two pings
	MaxBytes int           // of an answer
}

// TLS says which certificate a server must show. The zero value: one that the system trusts.
type TLS struct {
	CAs      string // in PEM form, trusted besides
	Insecure bool   // any will do
}

// Defaults of a server's settings.
const (
	DefaultTimeout  = 30 * time.Second
	DefaultSync     = 10 * time.Minute
	DefaultPing     = 10 * time.Second
	DefaultMaxBytes = 16 << 20
)

// completed fills in what is not said.
func (s Server) completed() Server {
	if s.Timeout <= 0 {
		s.Timeout = DefaultTimeout
	}
	if s.Sync == 0 {
		s.Sync = DefaultSync
	}
	if s.Ping <= 0 {
		s.Ping = DefaultPing
	}
	if s.MaxBytes <= 0 {
		s.MaxBytes = DefaultMaxBytes
	}
	if s.OnChange == "" {
		s.OnChange = HideChanged
	}
	return s
}
