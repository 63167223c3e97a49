package mcp

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/egress"
)

// note goes with a tool call's context to the transport, and comes back.
type note struct {
	headers  http.Header
	tooLarge atomic.Bool
}

type noteKey struct{}

func noteOf(ctx context.Context) *note {
	n, _ := ctx.Value(noteKey{}).(*note)
	return n
}

// transport is how the server is reached, with an owner's token where it wants one.
func (c *client) transport(owner string) (sdk.Transport, error) {
	if c.pool.o.Transport != nil {
		if t, err := c.pool.o.Transport(c.server); t != nil || err != nil {
			return t, err
		}
	}
	switch c.server.Kind {
	case HTTP:
		return &sdk.StreamableClientTransport{
			Endpoint: c.server.URL, HTTPClient: c.httpClient(owner), MaxRetries: 2, MaxEventSize: c.server.MaxBytes,
		}, nil
	case SSE:
		return &sdk.SSEClientTransport{Endpoint: c.server.URL, HTTPClient: c.httpClient(owner), MaxEventSize: c.server.MaxBytes}, nil
	}
	command, ok := c.pool.o.Commands[c.server.Name]
	if !ok {
		return nil, errNoCommand
	}
	return &process{command: command, most: c.server.MaxBytes, log: c.log}, nil
}

// httpClient reaches a server: only where it may be, without following redirects, and with
// what shows who asks.
func (c *client) httpClient(owner string) *http.Client {
	dialer := net.Dialer{Timeout: 10 * time.Second, Control: egress.Control(func() bool { return c.server.Private })}
	base := &http.Transport{
		DialContext: dialer.DialContext, ForceAttemptHTTP2: true, IdleConnTimeout: 90 * time.Second, MaxIdleConnsPerHost: 16,
		TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 64 << 10, TLSClientConfig: c.server.TLS.config(),
	}
	return &http.Client{
		Transport:     &carrier{client: c, owner: owner, base: base},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (t *TLS) config() *tls.Config {
	if *t == (TLS{}) {
		return nil // and HTTP/2 is as it is by default
	}
	made := &tls.Config{InsecureSkipVerify: t.Insecure} //nolint:gosec // somebody has asked for that
	if t.CAs != "" {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		roots.AppendCertsFromPEM([]byte(t.CAs)) // what is none, the configuration's check has told
		made.RootCAs = roots
	}
	return made
}

// carrier adds to each request what the server is to see, and bounds each answer.
type carrier struct {
	client *client
	owner  string // of the token
	base   *http.Transport
}

// CloseIdleConnections lets http.Client close them.
func (t *carrier) CloseIdleConnections() { t.base.CloseIdleConnections() }

// RoundTrip implements http.RoundTripper.
func (t *carrier) RoundTrip(req *http.Request) (*http.Response, error) {
	s := &t.client.server
	if err := egress.CheckURL(req.URL.String(), s.Private); err != nil {
		return nil, err
	}
	if !s.at(req.URL) {
		return nil, errElsewhere
	}
	n := noteOf(req.Context())
	req = req.Clone(req.Context())
	if n != nil {
		for name, values := range n.headers {
			req.Header[name] = values
		}
	}
	for name, values := range s.Headers {
		req.Header[name] = values
	}
	resp, err := t.send(req)
	if err != nil {
		return nil, err
	}
	if req.Method != http.MethodPost {
		resp.Body = &paced{ReadCloser: resp.Body, events: true} // a stream that stays open; each of its events is bounded
		return resp, nil
	}
	return bound(resp, req, n, s.MaxBytes)
}

// errElsewhere: with SSE a server says where messages go. The headers that it is to see are for
// nobody else.
var errElsewhere = errors.New("the server leads to another one")

// at says whether an address is of the server.
func (s *Server) at(u *url.URL) bool {
	own, err := url.Parse(s.URL)
	return err == nil && strings.EqualFold(own.Scheme, u.Scheme) && strings.EqualFold(own.Host, u.Host)
}

// bound keeps an answer below most bytes. One that is a single JSON document is read here,
// so that a call whose answer is too large fails alone, and not the connection with it.
func bound(resp *http.Response, req *http.Request, n *note, most int) (*http.Response, error) {
	kind, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/json") {
		resp.Body = &boundedBody{ReadCloser: &paced{ReadCloser: resp.Body, events: true}, left: most, note: n}
		return resp, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(most)+1))
	if cerr := resp.Body.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	if len(body) > most {
		n.exceeded()
		body = refusal(req)
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp.Header.Del("Content-Length")
	return resp, nil
}

// refusal is an answer in place of one that is too large.
func refusal(req *http.Request) []byte {
	var asked struct {
		ID json.RawMessage `json:"id"`
	}
	if body, err := req.GetBody(); err == nil {
		_ = json.NewDecoder(body).Decode(&asked) // without an id nobody waits
	}
	answer, _ := json.Marshal(map[string]any{ // of these values it always can be
		"jsonrpc": "2.0", "id": asked.ID, "error": jsonrpc.Error{Code: jsonrpc.CodeInternalError, Message: errTooLarge.Error()},
	})
	return answer
}

var errTooLarge = errors.New("the answer is too large")

func (n *note) exceeded() {
	if n != nil {
		n.tooLarge.Store(true)
	}
}

// boundedBody fails past a number of bytes.
type boundedBody struct {
	io.ReadCloser
	left int
	note *note
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.note.exceeded()
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// never are headers of a caller that no server gets: they are for the gateway.
var never = []string{
	"Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "Api-Key", "X-Goog-Api-Key", "X-Bf-Vk",
	"Host", "Connection", "Content-Length", "Content-Type", "Accept", "Transfer-Encoding", "Upgrade", "Te", "Trailer",
}

// forwarded picks from a caller's headers those that go along.
func (s *Server) forwarded(h http.Header) http.Header {
	if len(s.Forward) == 0 || len(h) == 0 {
		return nil
	}
	out := http.Header{}
	for _, name := range s.Forward {
		name = http.CanonicalHeaderKey(name)
		if values := h[name]; len(values) > 0 && Forwardable(name) {
			out[name] = values
		}
	}
	return out
}

// Forwardable says whether a header of a caller's may be sent on to a server at all.
func Forwardable(name string) bool {
	name = http.CanonicalHeaderKey(name)
	return !slices.Contains(never, name) && !strings.HasPrefix(name, "Mcp-")
}
