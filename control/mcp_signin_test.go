package control_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth/oauthtest"
	"github.com/asbru-gateway/asbru/pkg/secret"
)

// signInDesk is a desk whose pool has the server of a configuration.
func signInDesk(t *testing.T, s *oauthtest.Server) *desk {
	t.Helper()
	pool := mcp.NewPool(mcp.Options{
		Backoff: func(int) time.Duration { return 10 * time.Millisecond },
		SignIns: oauth.New(oauth.Options{Seal: secret.NewKey()}),
	})
	t.Cleanup(pool.Close)
	pool.Apply([]mcp.Server{{
		Name: "files", Kind: mcp.HTTP, URL: s.Resource(), Private: true, Execute: []string{"*"},
		OAuth: &oauth.Settings{Server: "files", Resource: s.Resource(), Private: true},
	}})
	return openWith(t, pool)
}

// guardedClient is the configuration of a server that one signs in at.
func guardedClient(s *oauthtest.Server) string {
	return `{"id":"f","name":"files","connection_type":"http","auth_type":"oauth","allow_private_networks":true,
		"connection_string":"` + s.Resource() + `","tools_to_execute":["*"]}`
}

// comesBack is the browser that an authorization server sends back. It follows no redirect.
func comesBack(t *testing.T, d *desk, to *url.URL, cookie *http.Cookie) *http.Response {
	t.Helper()
	require.Equal(t, d.URL+"/api/oauth/callback", to.Scheme+"://"+to.Host+to.Path)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to.String(), nil)
	require.NoError(t, err)
	if cookie != nil {
		req.AddCookie(cookie)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return resp
}

func TestAnAdministratorSignsInAtAnMCPServer(t *testing.T) {
	s := oauthtest.Start(t)
	d := signInDesk(t, s)
	d.hire("ada", "admin")
	ada := d.signIn("ada")
	cookie := ada.cookie

	made := ada.ask(200, "POST", "/api/mcp/client", guardedClient(s))
	require.Equal(t, "pending_oauth", made["status"])
	require.Equal(t, "f", made["oauth_config_id"])
	require.Equal(t, "sign_in_required", d.call(200, "GET", "/api/mcp/client/f", "")["client"].(map[string]any)["state"])
	require.Equal(t, "pending", d.call(200, "GET", "/api/oauth/config/f/status", "")["status"])

	to := s.SignIn(t, made["authorize_url"].(string), "ada")
	require.Equal(t, http.StatusForbidden, comesBack(t, d, to, nil).StatusCode, "another browser")
	forged := *to
	q := forged.Query()
	q.Set("state", q.Get("state")+"x")
	forged.RawQuery = q.Encode()
	require.Equal(t, http.StatusBadRequest, comesBack(t, d, &forged, cookie).StatusCode)
	resp := comesBack(t, d, to, cookie)
	require.Equal(t, http.StatusFound, resp.StatusCode)
	require.Equal(t, "/ui/mcp?client=files&signed_in=done", resp.Header.Get("Location"))
	require.Equal(t, http.StatusBadRequest, comesBack(t, d, to, cookie).StatusCode, "it comes twice")
	ada.ask(200, "POST", "/api/mcp/client/f/complete-oauth", "")
	var shown map[string]any
	require.Eventually(t, func() bool {
		shown = d.call(200, "GET", "/api/mcp/client/f", "")
		return shown["client"].(map[string]any)["state"] == "connected"
	}, 30*time.Second, time.Millisecond)
	status := d.call(200, "GET", "/api/oauth/config/f/status", "")
	require.Equal(t, "authorized", status["status"])
	require.Equal(t, s.URL, status["issuer"])
	seen, err := json.Marshal([]any{made, shown, status, d.call(200, "GET", "/api/audit", ""), d.call(200, "GET", "/api/mcp/clients", "")})
	require.NoError(t, err)
	require.Contains(t, string(seen), "finish-mcp-sign-in")
	for _, secret := range s.Secrets() {
		require.NotContains(t, string(seen), secret)
	}
	require.NotContains(t, string(seen), to.Query().Get("code"))

	ada.ask(200, "DELETE", "/api/oauth/config/f", "")
	require.Equal(t, "none", d.call(200, "GET", "/api/oauth/config/f/status", "")["status"])
	require.Eventually(t, func() bool {
		client := d.call(200, "GET", "/api/mcp/client/f", "")["client"].(map[string]any)
		return client["state"] == "sign_in_required"
	}, 30*time.Second, time.Millisecond)
}

func TestAProgramSaysThatASignInIsDone(t *testing.T) {
	s := oauthtest.Start(t)
	d := signInDesk(t, s)
	made := d.call(200, "POST", "/api/mcp/client", guardedClient(s))
	require.Equal(t, "oauth_not_back", code(d.call(409, "POST", "/api/mcp/client/f/complete-oauth", "")))
	resp := comesBack(t, d, s.SignIn(t, made["authorize_url"].(string), "ada"), nil)
	require.Equal(t, "/ui/mcp?client=files&signed_in=complete-oauth", resp.Header.Get("Location"))
	require.Equal(t, "returned", d.call(200, "GET", "/api/oauth/config/f/status", "")["status"])
	d.call(200, "POST", "/api/mcp/client/f/complete-oauth", "")
	require.Equal(t, "authorized", d.call(200, "GET", "/api/oauth/config/f/status", "")["status"])

	d.call(200, "POST", "/api/mcp/client", `{"id":"g","name":"open","connection_type":"http","connection_string":"https://mcp.example.com/"}`)
	require.Equal(t, "oauth_not_configured", code(d.call(404, "POST", "/api/mcp/client/g/authorize", "")))
	d.call(404, "GET", "/api/oauth/config/nobody/status", "")
}

func TestAServerThatCannotBeAskedIsMadeAllTheSame(t *testing.T) {
	s := oauthtest.Start(t)
	s.Change = func(_ string, document map[string]any) { delete(document, "code_challenge_methods_supported") }
	d := signInDesk(t, s)
	made := d.call(200, "POST", "/api/mcp/client", guardedClient(s))
	require.Contains(t, made["message"], "PKCE")
	require.Nil(t, made["authorize_url"])
	require.Equal(t, "oauth_not_begun", code(d.call(503, "POST", "/api/mcp/client/f/authorize", "")))
}

func TestTheTokensOfAServerGoWithIt(t *testing.T) {
	s := oauthtest.Start(t)
	d := signInDesk(t, s)
	d.hire("ada", "admin")
	ada := d.signIn("ada")
	made := ada.ask(200, "POST", "/api/mcp/client", guardedClient(s))
	comesBack(t, d, s.SignIn(t, made["authorize_url"].(string), "ada"), ada.cookie)
	require.Equal(t, "authorized", d.call(200, "GET", "/api/oauth/config/f/status", "")["status"])
	ada.ask(200, "PUT", "/api/mcp/client/f", `{"enabled":false}`)
	ada.ask(200, "PUT", "/api/mcp/client/f", `{"enabled":true}`)
	require.Equal(t, "authorized", d.call(200, "GET", "/api/oauth/config/f/status", "")["status"])
	tokens := len(s.Secrets())
	ada.ask(200, "PATCH", "/api/config?percent=10", `{"mcp":{"client_configs":[]}}`)
	require.Len(t, s.Secrets(), tokens, "while that is on trial, others have the server")
	newest := strconv.Itoa(int(d.call(200, "GET", "/api/config", "")["revision"].(float64)))
	ada.ask(200, "POST", "/api/config/versions/"+newest+"/promote", "")
	require.Len(t, s.Secrets(), tokens-2)
	for name, end := range map[string]func(){
		"a change on top of it": func() { ada.ask(200, "PATCH", "/api/config", `{"client":{"allowed_origins":["https://a.example"]}}`) },
		"a rollback to it":      func() { ada.ask(200, "POST", "/api/config/versions/"+newest+"/rollback", "") },
	} {
		made = ada.ask(200, "POST", "/api/mcp/client", guardedClient(s))
		comesBack(t, d, s.SignIn(t, made["authorize_url"].(string), "ada"), ada.cookie)
		tokens = len(s.Secrets())
		ada.ask(200, "PATCH", "/api/config?percent=10", `{"mcp":{"client_configs":[]}}`)
		require.Len(t, s.Secrets(), tokens, "while that is on trial, others have the server")
		end()
		require.Len(t, s.Secrets(), tokens-2, name+" ends the trial")
	}
	made = ada.ask(200, "POST", "/api/mcp/client", guardedClient(s))
	comesBack(t, d, s.SignIn(t, made["authorize_url"].(string), "ada"), ada.cookie)
	tokens = len(s.Secrets())
	ada.ask(200, "DELETE", "/api/mcp/client/f", "")
	require.Len(t, s.Secrets(), tokens-2, "the authorization server has forgotten them, too")
	ada.ask(200, "POST", "/api/mcp/client", guardedClient(s))
	require.Equal(t, "pending", d.call(200, "GET", "/api/oauth/config/f/status", "")["status"])
}
