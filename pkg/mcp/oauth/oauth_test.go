package oauth_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/bus/bustest"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth/oauthtest"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

const callback = "https://gateway.example.com/api/oauth/callback"

func settings(s *oauthtest.Server) *oauth.Settings {
	return &oauth.Settings{Server: "files", Resource: s.Resource(), Private: true}
}

// shared are two nodes' keepers of the same records.
func shared() (a, b *oauth.Keeper) {
	o := oauth.Options{Tokens: &oauth.MemoryRecords{}, SignIns: &oauth.MemoryRecords{}, Seal: secret.NewKey()}
	return oauth.New(o), oauth.New(o)
}

func begin(t *testing.T, k *oauth.Keeper, s *oauth.Settings) string {
	t.Helper()
	begun, err := k.Begin(t.Context(), s, oauth.Beginning{By: "session", Redirect: callback})
	require.NoError(t, err)
	return begun.Address
}

// back is what a browser comes back with, by an address.
func back(u *url.URL) oauth.Answer {
	q := u.Query()
	return oauth.Answer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error"), By: "session"}
}

func signIn(t *testing.T, k *oauth.Keeper, server *oauthtest.Server, s *oauth.Settings) {
	t.Helper()
	_, err := k.Return(t.Context(), back(server.SignIn(t, begin(t, k, s), "ada")))
	require.NoError(t, err)
}

func TestASignInGivesATokenToAllNodes(t *testing.T) {
	server := oauthtest.Start(t)
	s := settings(server)
	one, other := shared()
	var missing *oauth.SignInError
	_, err := one.Token(t.Context(), s, oauth.Nobody, "")
	require.ErrorAs(t, err, &missing)
	address := begin(t, one, s)
	require.Contains(t, address, "resource="+url.QueryEscape(server.Resource()))
	require.Contains(t, address, "scope=tools")
	status, err := other.Status(t.Context(), s, oauth.Nobody)
	require.NoError(t, err)
	require.Equal(t, oauth.Pending, status.State)
	_, err = other.Return(t.Context(), back(server.SignIn(t, address, "ada")))
	require.NoError(t, err)
	a, err := one.Token(t.Context(), s, oauth.Nobody, "")
	require.NoError(t, err)
	b, err := other.Token(t.Context(), s, oauth.Nobody, "")
	require.NoError(t, err)
	require.Equal(t, a, b)
	status, err = one.Status(t.Context(), s, oauth.Nobody)
	require.NoError(t, err)
	require.Equal(t, oauth.Authorized, status.State)
	require.Equal(t, server.URL, status.Issuer)
	require.True(t, status.Renews)

	signIn(t, one, server, s)
	require.Equal(t, 1, server.Registered(), "the gateway registers once")
	_, err = one.Token(t.Context(), s, "somebody", "")
	require.ErrorAs(t, err, &missing, "a token is its owner's alone")
	moved := *s
	moved.Resource = "https://elsewhere.example.com/mcp"
	_, err = one.Token(t.Context(), &moved, oauth.Nobody, "")
	require.ErrorAs(t, err, &missing, "a server that was moved does not get the token")
}

func TestATokenIsRenewedOnceForAllNodes(t *testing.T) {
	server := oauthtest.Start(t)
	server.Life = time.Second // which is renewed at once, being about to end
	s := settings(server)
	one, other := shared()
	signIn(t, one, server, s)
	server.Life = time.Hour
	var all sync.WaitGroup
	got := make([]string, 40)
	for i := range got {
		k := []*oauth.Keeper{one, other}[i%2]
		all.Go(func() {
			token, err := k.Token(context.Background(), s, oauth.Nobody, "")
			if err == nil {
				got[i] = token
			}
		})
	}
	all.Wait()
	require.NotContains(t, got, "")
	require.Len(t, server.Asked("refresh_token"), 1, "a second renewal with the same token would end all of them")
	token, err := other.Token(t.Context(), s, oauth.Nobody, "")
	require.NoError(t, err)

	server.End(false)
	next, err := one.Token(t.Context(), s, oauth.Nobody, token)
	require.NoError(t, err, "a token that the server takes no more is renewed")
	require.NotEqual(t, token, next)
	server.End(true)
	var missing *oauth.SignInError
	_, err = one.Token(t.Context(), s, oauth.Nobody, next)
	require.ErrorAs(t, err, &missing)
	status, err := other.Status(t.Context(), s, oauth.Nobody)
	require.NoError(t, err)
	require.Equal(t, oauth.Revoked, status.State)
	signIn(t, one, server, s)
	status, err = other.Status(t.Context(), s, oauth.Nobody)
	require.NoError(t, err)
	require.Equal(t, oauth.Authorized, status.State)
}

func TestAnAuthorizationServerThatIsAwayEndsNoToken(t *testing.T) {
	server := oauthtest.Start(t)
	s := settings(server)
	k, _ := shared()
	signIn(t, k, server, s)
	token, err := k.Token(t.Context(), s, oauth.Nobody, "")
	require.NoError(t, err)
	server.Answer = func(w http.ResponseWriter, r *http.Request) bool {
		w.WriteHeader(http.StatusBadGateway)
		return true
	}
	_, err = k.Token(t.Context(), s, oauth.Nobody, token)
	require.ErrorContains(t, err, "502")
	server.Answer = nil
	_, err = k.Token(t.Context(), s, oauth.Nobody, token)
	require.NoError(t, err)
}

func TestSignInsThatMeanNoGoodComeToNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		prepare func(*oauthtest.Server)
		begin   string // the error of beginning
		change  func(*oauth.Answer)
		want    error
		errs    string
	}{
		"a redirect to a metadata address": {prepare: func(s *oauthtest.Server) {
			s.Answer = func(w http.ResponseWriter, r *http.Request) bool {
				if strings.HasPrefix(r.URL.Path, "/.well-known/") {
					http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
					return true
				}
				return false
			}
		}, begin: "cannot be read"},
		"metadata at a metadata address": {prepare: func(s *oauthtest.Server) {
			s.Answer = func(w http.ResponseWriter, r *http.Request) bool {
				w.Header().Set("WWW-Authenticate", `Bearer resource_metadata="http://169.254.169.254/latest/meta-data/"`)
				w.WriteHeader(http.StatusUnauthorized)
				return true
			}
		}, begin: "cannot be read"},
		"an authorization server at a metadata address": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) {
				if d["resource"] != nil {
					d["authorization_servers"] = []string{"http://169.254.169.254"}
				}
			}
		}, begin: "cannot be read"},
		"a token endpoint at a metadata address": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) { d["token_endpoint"] = "https://169.254.169.254/token" }
		}, begin: "cannot be read"},
		"a name for a metadata address": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) { d["registration_endpoint"] = "https://[fe80::1]/register" }
		}, begin: "cannot be read"},
		"an authorization endpoint that is a script": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) { d["authorization_endpoint"] = "javascript:alert(1)" }
		}, begin: "cannot be read"},
		"metadata of another issuer": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) { d["issuer"] = "https://honest.example.com" }
		}, begin: "another's"},
		"metadata of another resource": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) { d["resource"] = "https://honest.example.com/mcp" }
		}, begin: "another's"},
		"no PKCE": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) { delete(d, "code_challenge_methods_supported") }
		}, begin: "PKCE"},
		"PKCE without a digest": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) { d["code_challenge_methods_supported"] = []string{"plain"} }
		}, begin: "S256"},
		"metadata without an end": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) { d["padding"] = strings.Repeat("x", 8<<20) }
		}, begin: "cannot be read"},
		"an answer of another issuer":  {change: func(a *oauth.Answer) { a.Issuer = "https://honest.example.com" }, want: oauth.ErrIssuer},
		"an answer without its issuer": {change: func(a *oauth.Answer) { a.Issuer = "" }, want: oauth.ErrIssuer},
		"another state":                {change: func(a *oauth.Answer) { a.State += "x" }, want: oauth.ErrNotBegun},
		"no state":                     {change: func(a *oauth.Answer) { a.State = "" }, want: oauth.ErrNotBegun},
		"somebody else's browser":      {change: func(a *oauth.Answer) { a.By = "another" }, want: oauth.ErrNotYours},
		"nobody's browser":             {change: func(a *oauth.Answer) { a.By = "" }, want: oauth.ErrNotYours},
		"an error":                     {change: func(a *oauth.Answer) { a.Error = "access_denied" }, want: oauth.ErrRefused, errs: "access_denied"},
		"an error that is a page":      {change: func(a *oauth.Answer) { a.Error = "<script>" }, want: oauth.ErrRefused, errs: "no reason"},
		"no code":                      {change: func(a *oauth.Answer) { a.Code = "" }, want: oauth.ErrRefused},
		"a code of somebody else's":    {change: func(a *oauth.Answer) { a.Code = "code-of-mallory" }, want: oauth.ErrRefused, errs: "invalid_grant"},
		"no token": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) { delete(d, "access_token") }
		}, errs: "no token"},
		"a token with a line break": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) {
				if d["access_token"] != nil {
					d["access_token"] = "a\r\nX-Evil: 1"
				}
			}
		}, errs: "no token"},
		"a token of another kind": {prepare: func(s *oauthtest.Server) {
			s.Change = func(path string, d map[string]any) { d["token_type"] = "mac" }
		}, errs: "no bearer token"},
		"an error in place of a token": {prepare: func(s *oauthtest.Server) {
			s.Answer = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != "/token" {
					return false
				}
				_ = r.ParseForm()
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(`{"error":"` + r.PostForm.Get("code") + `"}`))
				return true
			}
		}, want: oauth.ErrRefused, errs: "no reason"},
	} {
		t.Run(name, func(t *testing.T) {
			server := oauthtest.Start(t)
			if tt.prepare != nil {
				tt.prepare(server)
			}
			k, _ := shared()
			s := settings(server)
			begun, err := k.Begin(t.Context(), s, oauth.Beginning{By: "session", Redirect: callback})
			if tt.begin != "" {
				require.ErrorContains(t, err, tt.begin)
				return
			}
			require.NoError(t, err)
			a := back(server.SignIn(t, begun.Address, "ada"))
			if tt.change != nil {
				tt.change(&a)
			}
			_, err = k.Return(t.Context(), a)
			require.Error(t, err)
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
			}
			require.ErrorContains(t, err, tt.errs)
			var missing *oauth.SignInError
			_, err = k.Token(t.Context(), s, oauth.Nobody, "")
			require.ErrorAs(t, err, &missing)
		})
	}
}

func TestACodeIsExchangedOnce(t *testing.T) {
	server := oauthtest.Start(t)
	s := settings(server)
	one, other := shared()
	answer := back(server.SignIn(t, begin(t, one, s), "ada"))
	var all sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i := range 10 {
		k := []*oauth.Keeper{one, other}[i%2]
		all.Go(func() {
			_, err := k.Return(context.Background(), answer)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if !errors.Is(err, oauth.ErrNotBegun) {
				done = -100
			}
		})
	}
	all.Wait()
	require.Equal(t, 1, done)
	require.Len(t, server.Asked("authorization_code"), 1)
	_, err := one.Token(t.Context(), s, oauth.Nobody, "")
	require.NoError(t, err)
}

func TestWhoCannotBeKnownByABrowserSaysThatTheSignInIsDone(t *testing.T) {
	server := oauthtest.Start(t)
	s := settings(server)
	k, other := shared()
	begun, err := k.Begin(t.Context(), s, oauth.Beginning{By: "token-1", Waits: true, Redirect: callback})
	require.NoError(t, err)
	require.ErrorIs(t, k.Complete(t.Context(), s, oauth.Nobody, "token-1"), oauth.ErrNotBack)
	answer := back(server.SignIn(t, begun.Address, "ada"))
	returned, err := other.Return(t.Context(), answer)
	require.NoError(t, err)
	require.True(t, returned.Waits)
	_, err = other.Return(t.Context(), answer)
	require.ErrorIs(t, err, oauth.ErrNotBegun)
	require.Empty(t, server.Asked("authorization_code"))
	require.ErrorIs(t, k.Complete(t.Context(), s, oauth.Nobody, "token-2"), oauth.ErrNotYours)
	require.NoError(t, k.Complete(t.Context(), s, oauth.Nobody, "token-1"))
	require.ErrorIs(t, k.Complete(t.Context(), s, oauth.Nobody, "token-1"), oauth.ErrNotBegun)
}

func TestASignInEndsWithItsTime(t *testing.T) {
	server := oauthtest.Start(t)
	now := time.Now()
	k := oauth.New(oauth.Options{Seal: secret.NewKey(), Now: func() time.Time { return now }})
	s := settings(server)
	address := begin(t, k, s)
	now = now.Add(oauth.SignInFor + time.Second)
	_, err := k.Return(t.Context(), back(server.SignIn(t, address, "ada")))
	require.ErrorIs(t, err, oauth.ErrNotBegun)
}

func TestARevokedTokenIsForgottenEverywhere(t *testing.T) {
	server := oauthtest.Start(t)
	s := settings(server)
	k, _ := shared()
	signIn(t, k, server, s)
	n, err := k.Revoke(t.Context(), s)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	status, err := k.Status(t.Context(), s, oauth.Nobody)
	require.NoError(t, err)
	require.Equal(t, oauth.None, status.State)
	for _, secret := range server.Secrets() {
		require.NotContains(t, secret, "access-", "the authorization server was told")
		require.NotContains(t, secret, "refresh-")
	}
}

func TestAClientOfTheConfigurationNeedsNoRegistration(t *testing.T) {
	server := oauthtest.Start(t)
	server.AddClient("mine", "my-secret")
	s := settings(server)
	s.ClientID, s.ClientSecret, s.AuthorizeURL, s.TokenURL = "mine", "my-secret", server.URL+"/authorize", server.URL+"/token"
	server.Change = func(path string, _ map[string]any) {
		if path != "/token" {
			t.Error("asked for " + path)
		}
	}
	k, _ := shared()
	signIn(t, k, server, s)
	require.Equal(t, 1, server.Registered())
}

// tapped are records that anybody can read.
type tapped struct {
	oauth.MemoryRecords
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *tapped) Put(ctx context.Context, place string, text []byte) error {
	t.note(place, text)
	return t.MemoryRecords.Put(ctx, place, text)
}

func (t *tapped) Swap(ctx context.Context, place string, text []byte, revision uint64) (uint64, error) {
	t.note(place, text)
	return t.MemoryRecords.Swap(ctx, place, text, revision)
}

func (t *tapped) note(place string, text []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text.WriteString(place)
	t.text.Write(text)
}

func TestNoSecretIsKeptOrLoggedInTheOpen(t *testing.T) {
	server := oauthtest.Start(t)
	s := settings(server)
	var log bytes.Buffer
	records := &tapped{}
	k := oauth.New(oauth.Options{
		Tokens: records, SignIns: records, Seal: secret.NewKey(), Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	signIn(t, k, server, s)
	secrets := server.Secrets()
	token, err := k.Token(t.Context(), s, oauth.Nobody, "")
	require.NoError(t, err)
	_, err = k.Token(t.Context(), s, oauth.Nobody, token)
	require.NoError(t, err)
	secrets = append(secrets, server.Secrets()...)
	server.End(true)
	_, err = k.Token(t.Context(), s, oauth.Nobody, "access-none")
	require.NoError(t, err)
	token, err = k.Token(t.Context(), s, oauth.Nobody, "")
	require.NoError(t, err)
	_, err = k.Token(t.Context(), s, oauth.Nobody, token)
	require.Error(t, err)
	seen := log.String() + records.text.String() + err.Error()
	require.NotEmpty(t, secrets)
	for _, secret := range secrets {
		require.NotContains(t, seen, secret)
	}
}

func TestTheTokensOfAClusterAreRenewedOnce(t *testing.T) {
	cluster := bustest.Start(t)
	server := oauthtest.Start(t)
	server.Life = time.Second
	s := settings(server)
	var keepers []*oauth.Keeper
	for _, node := range []struct {
		role bus.Role
		name string
	}{{bus.Control, "control"}, {bus.Edge, "edge-1"}, {bus.Edge, "edge-2"}} {
		conn := cluster.Connect(t, node.role, node.name)
		keepers = append(keepers, oauth.NewCluster(conn, nil))
	}
	signIn(t, keepers[0], server, s)
	server.Life = time.Hour
	var all sync.WaitGroup
	errs := make([]error, len(keepers))
	for i, k := range keepers {
		all.Go(func() { _, errs[i] = k.Token(context.Background(), s, oauth.Nobody, "") })
	}
	all.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Len(t, server.Asked("refresh_token"), 1)
	n, err := keepers[0].Revoke(t.Context(), s)
	require.NoError(t, err)
	require.Equal(t, 1, n)
}
