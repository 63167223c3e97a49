package wasm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"

	"github.com/asbru-gateway/asbru/pkg/egress"
	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// fetchSettings say what a module may ask over the network, and how much.
type fetchSettings struct {
	Hosts []string `json:"hosts,omitempty" required:"true" doc:"Hosts that it may ask: api.example.com, or *.example.com for all names below that; with :8443 at another port, with http:// before it without TLS."`
	Calls int      `json:"calls,omitempty" minimum:"1" maximum:"64" default:"4" doc:"How often it may ask within one hook."`
	MaxKB int      `json:"max_kb,omitempty" minimum:"1" maximum:"16384" default:"1024" doc:"The most of a question, and of the body of an answer, in kilobytes."`
}

// userAgent is what a guest's requests say of themselves where the guest does not.
const userAgent = "asbru-plugin"

// network is what a module may ask. The zero value lets it ask nothing.
type network struct {
	granted  []grant
	calls    int // within a hook
	maxBytes int
	client   *http.Client
	count    func(what string)
}

func newNetwork(s *fetchSettings, env plugin.Env) (network, error) {
	if s == nil {
		return network{}, nil
	}
	granted, err := readGrants(s.Hosts)
	if err != nil {
		return network{}, err
	}
	client := *env.HTTP
	// A redirect is the guest's answer. Where it follows one, it asks as it does else.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return network{granted: granted, calls: s.Calls, maxBytes: s.MaxKB << 10, client: &client, count: env.Count}, nil
}

// close ends connections that wait for another question.
func (n *network) close() {
	if n.client != nil {
		n.client.CloseIdleConnections()
	}
}

// question is what a guest asks.
type question struct {
	Method  string              `json:"method"` // empty: GET
	URL     string              `json:"url"`
	Headers map[string][]string `json:"headers"`
	Body    string              `json:"body"`
	Body64  []byte              `json:"body_base64"` // one that is no text
	Timeout int                 `json:"timeout_ms"`  // 0: as long as there is time
}

// fetched is what came of it.
type fetched struct {
	Status  int         `json:"status,omitempty"`
	Headers http.Header `json:"headers,omitempty"`
	Body    string      `json:"body,omitempty"`
	Body64  []byte      `json:"body_base64,omitempty"`
	Error   *fetchError `json:"error,omitempty"`
}

// fetchError tells a guest why it has no answer. It says neither what a name resolves to nor
// why exactly a connection has failed: that would be a way to look around.
type fetchError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Those that stand for themselves.
var (
	errNothingGranted = &fetchError{"not_granted", "The plugin's configuration grants no hosts."}
	errNotGranted     = &fetchError{"not_granted", "The plugin's configuration does not grant this host."}
	errPrivate        = &fetchError{"private_address", "The address is private or reserved."}
	errSlow           = &fetchError{"timeout", "There was no answer in time."}
	errUnreachable    = &fetchError{"unreachable", "There was no connection, or no whole answer over it."}
)

func refused(code, format string, values ...any) *fetchError {
	return &fetchError{code, fmt.Sprintf(format, values...)}
}

// What is counted of a plugin that is granted hosts.
const (
	countFetched = "fetched"
	countRefused = "fetch_refused" // nobody was asked
	countFailed  = "fetch_failed"
)

// ask answers a question, both in JSON. It ends with the context, or before.
func (n *network) ask(ctx context.Context, a *asking, b []byte) []byte {
	if len(n.granted) == 0 {
		return marshal(&fetched{Error: errNothingGranted})
	}
	q, refusal := n.read(a, b)
	if refusal != nil {
		n.count(countRefused)
		return marshal(&fetched{Error: refusal})
	}
	ctx, cancel := context.WithTimeout(ctx, timeFor(ctx, q))
	defer cancel()
	r, refusal := n.request(ctx, q)
	if refusal != nil {
		n.count(countRefused)
		return marshal(&fetched{Error: refusal})
	}
	answer, failure := n.exchange(r)
	if failure != nil {
		n.count(countFailed)
		return marshal(&fetched{Error: failure})
	}
	n.count(countFetched)
	return marshal(answer)
}

func marshal(f *fetched) []byte {
	b, _ := json.Marshal(f) // it has nothing that could not be written
	return b
}

// read reads a question that the hook may still ask.
func (n *network) read(a *asking, b []byte) (*question, *fetchError) {
	if a.times++; a.times > n.calls {
		return nil, refused("too_many_calls", "A hook may ask %d times.", n.calls)
	}
	if len(b) > n.maxBytes {
		return nil, refused("request_too_large", "A question may have %d bytes.", n.maxBytes)
	}
	q := new(question)
	if err := json.Unmarshal(b, q); err != nil {
		return nil, refused("bad_request", "The question cannot be read: %v.", err)
	}
	return q, nil
}

// maxTime bounds a question of a hook that has no limit of time.
const maxTime = 30 * time.Second

// timeFor is how long a question may take: as long as the guest says, and so that it has a tenth of
// what is left of its own time to act on what it hears.
func timeFor(ctx context.Context, q *question) time.Duration {
	most := maxTime
	if until, limited := ctx.Deadline(); limited {
		most = time.Until(until) * 9 / 10
	}
	if q.Timeout > 0 && q.Timeout < int(most/time.Millisecond) {
		return time.Duration(q.Timeout) * time.Millisecond
	}
	return most
}

// methods are those that a guest may use.
var methods = []string{
	"", http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// request makes a request of a question to a host that is granted. Nothing of the call goes
// along that the guest has not put into it.
func (n *network) request(ctx context.Context, q *question) (*http.Request, *fetchError) {
	if !slices.Contains(methods, q.Method) {
		return nil, refused("bad_request", "The method is none of %s.", strings.Join(methods[1:], ", "))
	}
	body := q.Body64
	if q.Body != "" {
		body = []byte(q.Body)
	}
	r, err := http.NewRequestWithContext(ctx, q.Method, q.URL, bytes.NewReader(body))
	if err != nil || r.URL.User != nil {
		return nil, refused("bad_request", "The URL cannot be read, or has a user in it.")
	}
	if !slices.ContainsFunc(n.granted, func(g grant) bool { return g.allows(r.URL) }) {
		return nil, errNotGranted
	}
	r.Header.Set("User-Agent", userAgent)
	for name, values := range q.Headers {
		if !httpguts.ValidHeaderFieldName(name) || slices.ContainsFunc(values, func(v string) bool { return !httpguts.ValidHeaderFieldValue(v) }) {
			return nil, refused("bad_request", "A header's name or value is none.")
		}
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	return r, nil
}

// exchange sends a request and reads the whole answer.
func (n *network) exchange(r *http.Request) (*fetched, *fetchError) {
	res, err := n.client.Do(r)
	if err != nil {
		return nil, failure(r.Context(), err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, int64(n.maxBytes)+1))
	switch {
	case err != nil:
		return nil, failure(r.Context(), err)
	case len(body) > n.maxBytes:
		return nil, refused("answer_too_large", "An answer may have %d bytes.", n.maxBytes)
	}
	f := &fetched{Status: res.StatusCode, Headers: res.Header}
	if utf8.Valid(body) {
		f.Body = string(body)
	} else {
		f.Body64 = body
	}
	return f, nil
}

func failure(ctx context.Context, err error) *fetchError {
	switch {
	case errors.Is(err, egress.ErrAddress):
		return errPrivate
	case ctx.Err() != nil:
		return errSlow
	}
	return errUnreachable
}
