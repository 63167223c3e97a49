package oauthtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"
)

// Server is both servers, at one address: the MCP server at /mcp, which lists its tools only
// to who has signed in, and its authorization server.
type Server struct {
	URL string // of the authorization server
	// Life is how long tokens last; a renewal always makes the ones before invalid.
	Life time.Duration
	// Open: the MCP server takes calls without a token.
	Open bool
	// Needs is a scope that calls of tools want, beside the one that every token has; "" for none.
	Needs string
	// Change changes a document or an answer before it is sent, by the path that it is asked at.
	Change func(path string, document map[string]any)
	// Answer answers in place of the server where it returns true.
	Answer func(w http.ResponseWriter, r *http.Request) bool

	mu      sync.Mutex
	clients map[string]string // secrets by id
	codes   map[string]*code
	access  map[string]session
	refresh map[string]string // subjects
	asked   []url.Values      // of the token endpoint
}

type code struct {
	subject, redirect, challenge, client, resource, scope string
	used                                                  bool
}

type session struct {
	subject, scope string
	until          time.Time
}

// Start starts the servers, until the test ends.
func Start(t testing.TB) *Server {
	s := &Server{
		Life: time.Hour, clients: map[string]string{}, codes: map[string]*code{}, access: map[string]session{}, refresh: map[string]string{},
	}
	tools := sdk.NewServer(&sdk.Implementation{Name: "guarded", Version: "1"}, nil)
	tools.AddTool(&sdk.Tool{Name: "whoami", Description: "Says who calls.", InputSchema: json.RawMessage(`{"type":"object"}`)},
		func(_ context.Context, r *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
			who := s.subject(r.Extra.Header)
			return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: "You are " + who}}}, nil
		})
	mux := http.NewServeMux()
	mux.Handle("/mcp", s.guard(sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return tools }, nil)))
	mux.HandleFunc("GET /.well-known/oauth-protected-resource/mcp", s.resource)
	mux.HandleFunc("GET /.well-known/oauth-authorization-server", s.metadata)
	mux.HandleFunc("POST /register", s.register)
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("POST /revoke", s.revoke)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Answer != nil && s.Answer(w, r) {
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		web.Close()
		for session := range tools.Sessions() {
			_ = session.Close() // it may have ended
		}
	})
	t.Cleanup(web.CloseClientConnections) // a stream that waits for something to be told
	s.URL = web.URL
	return s
}

// Resource is the address of the MCP server.
func (s *Server) Resource() string { return s.URL + "/mcp" }

func (s *Server) send(w http.ResponseWriter, r *http.Request, status int, document map[string]any) {
	if s.Change != nil {
		s.Change(r.URL.Path, document)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(document)
}

func (s *Server) resource(w http.ResponseWriter, r *http.Request) {
	s.send(w, r, 200, map[string]any{"resource": s.Resource(), "authorization_servers": []string{s.URL}, "scopes_supported": []string{"tools"}})
}

func (s *Server) metadata(w http.ResponseWriter, r *http.Request) {
	s.send(w, r, 200, map[string]any{
		"issuer": s.URL, "authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/token", "registration_endpoint": s.URL + "/register",
		"revocation_endpoint": s.URL + "/revoke", "code_challenge_methods_supported": []string{"S256"}, "response_types_supported": []string{"code"},
		"authorization_response_iss_parameter_supported": true, "token_endpoint_auth_methods_supported": []string{"client_secret_basic", "none"},
	})
}

func (s *Server) register(w http.ResponseWriter, r *http.Request) {
	id, secret := "client-"+rand.Text(), "registered-secret-"+rand.Text()
	s.mu.Lock()
	s.clients[id] = secret
	s.mu.Unlock()
	s.send(w, r, 201, map[string]any{"client_id": id, "client_secret": secret, "client_secret_expires_at": 0, "token_endpoint_auth_method": "client_secret_basic"})
}

// AddClient makes a client that need not register.
func (s *Server) AddClient(id, secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients[id] = secret
}

// SignIn is a person at a browser, who signs in at the address that they were sent to. It
// returns the address that the browser is sent back to.
func (s *Server) SignIn(t testing.TB, address, subject string) *url.URL {
	t.Helper()
	at, err := url.Parse(address)
	require.NoError(t, err)
	q := at.Query()
	require.Equal(t, s.URL+"/authorize", at.Scheme+"://"+at.Host+at.Path)
	require.Equal(t, []string{"code", "S256"}, []string{q.Get("response_type"), q.Get("code_challenge_method")})
	require.NotEmpty(t, q.Get("state"))
	c := &code{subject: subject, redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"), client: q.Get("client_id"), resource: q.Get("resource"), scope: q.Get("scope")}
	text := "code-" + rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Contains(t, s.clients, c.client)
	s.codes[text] = c
	back, err := url.Parse(c.redirect)
	require.NoError(t, err)
	back.RawQuery = url.Values{"code": {text}, "state": {q.Get("state")}, "iss": {s.URL}}.Encode()
	return back
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.mu.Lock()
	s.asked = append(s.asked, r.PostForm)
	status, answer := s.give(r)
	s.mu.Unlock()
	s.send(w, r, status, answer)
}

// give answers at the token endpoint. A code that comes twice, and a token that was renewed
// before, end all that was given for them (RFC 6749, section 4.1.2; RFC 9700, section 4.14.2).
func (s *Server) give(r *http.Request) (int, map[string]any) {
	no := func(code string) (int, map[string]any) {
		return 400, map[string]any{"error": code, "error_description": "no " + r.PostForm.Encode()}
	}
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	if want, known := s.clients[id]; !known || want != secret {
		return no("invalid_client")
	}
	if r.PostForm.Get("resource") != s.Resource() {
		return no("invalid_target")
	}
	var subject string
	scope := "tools"
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		c := s.codes[r.PostForm.Get("code")]
		sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
		if c == nil || c.client != id || c.redirect != r.PostForm.Get("redirect_uri") || c.resource != s.Resource() ||
			base64.RawURLEncoding.EncodeToString(sum[:]) != c.challenge {
			return no("invalid_grant")
		}
		if c.used {
			s.endAll(c.subject)
			return no("invalid_grant")
		}
		c.used, subject = true, c.subject
		if c.scope != "" {
			scope = c.scope
		}
	case "refresh_token":
		var known bool
		subject, known = s.refresh[r.PostForm.Get("refresh_token")]
		if !known {
			s.endAll("")
			return no("invalid_grant")
		}
		s.endAll(subject)
	default:
		return no("unsupported_grant_type")
	}
	access, refresh := "access-"+rand.Text(), "refresh-"+rand.Text()
	s.access[access], s.refresh[refresh] = session{subject, scope, time.Now().Add(s.Life)}, subject
	return 200, map[string]any{"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": int(s.Life.Seconds()), "scope": scope}
}

// endAll ends all tokens of a subject, "" for those of everybody.
func (s *Server) endAll(subject string) {
	for token, of := range s.access {
		if subject == "" || of.subject == subject {
			delete(s.access, token)
		}
	}
	for token, of := range s.refresh {
		if subject == "" || of == subject {
			delete(s.refresh, token)
		}
	}
}

// End ends all tokens of everybody: access tokens, and those to renew them where both.
func (s *Server) End(both bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.access)
	if both {
		clear(s.refresh)
	}
}

func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.mu.Lock()
	delete(s.access, r.PostForm.Get("token"))
	delete(s.refresh, r.PostForm.Get("token"))
	s.mu.Unlock()
	w.WriteHeader(http.StatusOK)
}

// Asked returns what the token endpoint was asked, of one kind.
func (s *Server) Asked(grantType string) []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.asked), func(v url.Values) bool { return v.Get("grant_type") != grantType })
}

// Registered returns how many clients are known.
func (s *Server) Registered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.clients)
}

// Secrets returns all that nobody but the gateway may get to see.
func (s *Server) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, secret := range s.clients {
		out = append(out, secret)
	}
	for token := range s.access {
		out = append(out, token)
	}
	for token := range s.refresh {
		out = append(out, token)
	}
	return out
}

func (s *Server) subject(h http.Header) string { return s.session(h).subject }

func (s *Server) session(h http.Header) session {
	token, _ := strings.CutPrefix(h.Get("Authorization"), "Bearer ")
	s.mu.Lock()
	defer s.mu.Unlock()
	of, ok := s.access[token]
	if !ok || time.Now().After(of.until) {
		return session{}
	}
	return of
}

// lacks says whether a request's token lacks a scope that the request needs.
func (s *Server) lacks(r *http.Request) bool {
	if s.Needs == "" || r.Method != http.MethodPost {
		return false
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return bytes.Contains(body, []byte(`"tools/call"`)) && !slices.Contains(strings.Fields(s.session(r.Header).scope), s.Needs)
}

func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.subject(r.Header) == "" && (!s.Open || r.Header.Get("Authorization") != "") {
			w.Header().Set("WWW-Authenticate", `Bearer resource_metadata="`+s.URL+`/.well-known/oauth-protected-resource/mcp", scope="tools"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if s.lacks(r) {
			w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+s.Needs+`", resource_metadata="`+s.URL+`/.well-known/oauth-protected-resource/mcp"`)
			w.WriteHeader(http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
