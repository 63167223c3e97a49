package control_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// page is a browser that somebody has signed in with.
type page struct {
	*desk
	cookie *http.Cookie
	csrf   string
	id     string
}

// hire makes a person who signs in.
func (d *desk) hire(name, role string, teams ...string) string {
	d.t.Helper()
	body, err := json.Marshal(map[string]any{"username": name, "password": "correct horse", "role": role, "teams": teams})
	require.NoError(d.t, err)
	return d.call(200, "POST", "/api/users", string(body))["user"].(map[string]any)["id"].(string)
}

// signIn signs a person in, and returns the browser.
func (d *desk) signIn(name string) *page {
	d.t.Helper()
	res, err := http.Post(d.URL+"/api/session/login", "application/json", strings.NewReader(`{"username":"`+name+`","password":"correct horse"}`))
	require.NoError(d.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(d.t, err)
	require.Equal(d.t, 200, res.StatusCode, string(text))
	require.Len(d.t, res.Cookies(), 1)
	p := &page{desk: d, cookie: res.Cookies()[0]}
	require.NotContains(d.t, string(text), p.cookie.Value)
	var told struct {
		ID        string `json:"id"`
		CSRFToken string `json:"csrf_token"`
	}
	require.NoError(d.t, json.Unmarshal(text, &told))
	p.csrf, p.id = told.CSRFToken, told.ID
	return p
}

// ask sends a request as the page of the gateway would.
func (p *page) ask(status int, method, path, body string, headers ...string) map[string]any {
	p.t.Helper()
	headers = append([]string{"Authorization", "", "Cookie", p.cookie.Name + "=" + p.cookie.Value, "X-CSRF-Token", p.csrf}, headers...)
	return p.call(status, method, path, body, headers...)
}

func TestAPersonSignsInAndOut(t *testing.T) {
	d := open(t)
	d.hire("ann", "operator")
	p := d.signIn("ANN")
	require.True(t, p.cookie.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, p.cookie.SameSite)
	require.Equal(t, "/api", p.cookie.Path)
	require.False(t, p.cookie.Secure)

	who := p.ask(200, "GET", "/api/session", "")
	require.Equal(t, "ann", who["name"])
	require.Equal(t, "operator", who["role"])
	require.Equal(t, p.csrf, who["csrf_token"])
	require.Contains(t, who["may"], "create-virtual-key")
	require.NotContains(t, who["may"], "create-person")
	require.Equal(t, true, p.ask(200, "GET", "/api/session/is-auth-enabled", "")["has_valid_token"])
	require.Equal(t, false, d.call(200, "GET", "/api/session/is-auth-enabled", "", "Authorization", "")["has_valid_token"])
	d.call(200, "GET", "/api/session", "", "Authorization", "Bearer "+p.cookie.Value)

	p.ask(200, "POST", "/api/session/logout", "")
	require.Equal(t, "admin_token_required", code(p.ask(401, "GET", "/api/session", "")))
	require.Equal(t, "admin token", d.call(200, "GET", "/api/session", "")["name"])
}

func TestOverTLSTheCookieIsSecure(t *testing.T) {
	d := open(t)
	d.hire("ann", "viewer")
	req, err := http.NewRequest(http.MethodPost, d.URL+"/api/session/login", strings.NewReader(`{"username":"ann","password":"correct horse"}`))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Forwarded-Proto", "https")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.True(t, res.Cookies()[0].Secure)
}

func TestWhoGuessesIsToldNothingAndStoppedInTheEnd(t *testing.T) {
	d := open(t)
	d.hire("ann", "viewer")
	for _, body := range []string{
		`{"username":"ann","password":"wrong"}`, `{"username":"nobody","password":"wrong"}`, `{"username":"' or 1=1 --","password":"x"}`,
	} {
		require.Equal(t, "sign_in_failed", code(d.call(401, "POST", "/api/session/login", body, "Authorization", "")))
	}
	for range 9 {
		d.call(401, "POST", "/api/session/login", `{"username":"Ann","password":"wrong"}`)
	}
	req, err := http.NewRequest(http.MethodPost, d.URL+"/api/session/login", strings.NewReader(`{"username":"ann","password":"correct horse"}`))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, 429, res.StatusCode)
	require.NotEmpty(t, res.Header.Get("Retry-After"))
}

func TestAnotherSitesPageCannotUseACookie(t *testing.T) {
	d := open(t)
	d.hire("ann", "operator")
	p, other := d.signIn("ann"), d.signIn("ann")
	const path, body = "/api/governance/virtual-keys", `{"name":"web"}`
	for _, headers := range [][]string{
		{"X-CSRF-Token", ""},
		{"X-CSRF-Token", "wrong"},
		{"X-CSRF-Token", other.csrf},
		{"X-CSRF-Token", "", "Sec-Fetch-Site", "cross-site"},
		{"X-CSRF-Token", "", "Sec-Fetch-Site", "same-site"},
		{"X-CSRF-Token", "", "Sec-Fetch-Site", "none"},
		{"X-CSRF-Token", "wrong", "Sec-Fetch-Site", "same-origin"},
	} {
		require.Equal(t, "csrf_token_required", code(p.ask(403, "POST", path, body, headers...)), headers)
	}
	require.Equal(t, "origin_not_allowed", code(p.ask(403, "POST", path, body, "Origin", "https://evil.example")))
	p.ask(200, "GET", path, "", "X-CSRF-Token", "")
	p.ask(200, "POST", path, body)
	p.ask(200, "POST", path, `{"name":"more"}`, "X-CSRF-Token", "", "Sec-Fetch-Site", "same-origin")
}

func TestPeopleSeeAndEndTheirOwnSessionsAndAdministratorsAll(t *testing.T) {
	d := open(t)
	d.hire("ann", "viewer")
	d.hire("bob", "viewer")
	d.hire("root", "admin")
	ann, again, bob, root := d.signIn("ann"), d.signIn("ann"), d.signIn("bob"), d.signIn("root")
	list := ann.ask(200, "GET", "/api/session/sessions", "")["sessions"].([]any)
	require.Len(t, list, 2)
	require.Equal(t, "not_permitted", code(ann.ask(403, "GET", "/api/session/sessions?user_id="+bob.id, "")))
	bobs := bob.ask(200, "GET", "/api/session/sessions", "")["sessions"].([]any)[0].(map[string]any)["id"].(string)
	ann.ask(404, "DELETE", "/api/session/sessions/"+bobs, "")
	bob.ask(200, "GET", "/api/session", "")

	ann.ask(200, "DELETE", "/api/session/sessions", "")
	again.ask(401, "GET", "/api/session", "")
	require.Len(t, root.ask(200, "GET", "/api/session/sessions?user_id="+ann.id, "")["sessions"], 1)
	root.ask(200, "DELETE", "/api/session/sessions/"+bobs, "")
	bob.ask(401, "GET", "/api/session", "")
	root.ask(200, "DELETE", "/api/session/sessions?user_id="+ann.id, "")
	ann.ask(401, "GET", "/api/session", "")
}

func TestAPasswordIsChangedByWhoKnowsItAndEndsOtherSessions(t *testing.T) {
	d := open(t)
	d.hire("ann", "viewer")
	p, other := d.signIn("ann"), d.signIn("ann")
	p.ask(401, "POST", "/api/session/password", `{"old_password":"wrong","new_password":"battery staple"}`)
	p.ask(422, "POST", "/api/session/password", `{"old_password":"correct horse","new_password":"short"}`)
	p.ask(200, "POST", "/api/session/password", `{"old_password":"correct horse","new_password":"battery staple"}`)
	p.ask(200, "GET", "/api/session", "")
	other.ask(401, "GET", "/api/session", "")
	d.call(401, "POST", "/api/session/login", `{"username":"ann","password":"correct horse"}`)
	d.call(200, "POST", "/api/session/login", `{"username":"ann","password":"battery staple"}`)
	d.call(403, "POST", "/api/session/password", `{"old_password":"correct horse","new_password":"battery staple"}`)
}

func TestPeopleAreMadeShownChangedAndRemoved(t *testing.T) {
	d := open(t)
	id := d.hire("ann", "viewer")
	require.Equal(t, "name_taken", code(d.call(409, "POST", "/api/users", `{"username":"ANN","role":"viewer"}`)))
	for _, body := range []string{
		`{"username":"x","role":"root"}`, `{"username":"","role":"viewer"}`, `{"username":" x","role":"viewer"}`, `{"username":"x"}`,
		`{"username":"x","role":"viewer","password":"short"}`, `{"username":"x","role":"viewer","is_admin":true}`,
		`{"username":"` + strings.Repeat("x", 201) + `","role":"viewer"}`,
	} {
		d.call(422, "POST", "/api/users", body)
	}
	p := d.signIn("ann")
	changed := d.call(200, "PUT", "/api/users/"+id, `{"role":"operator","teams":["t1"],"email":"ann@example.com"}`)["user"].(map[string]any)
	require.Equal(t, "operator", changed["role"])
	require.Equal(t, "operator", p.ask(200, "GET", "/api/session", "")["role"], "at once")
	require.Equal(t, "conflict", code(d.call(409, "PUT", "/api/users/"+id, `{"role":"admin","revision":1}`)))
	d.call(200, "PUT", "/api/users/"+id, `{"is_disabled":true}`)
	p.ask(401, "GET", "/api/session", "")
	require.Equal(t, "account_disabled", code(d.call(403, "POST", "/api/session/login", `{"username":"ann","password":"correct horse"}`)))

	d.hire("bob", "admin")
	first := d.call(200, "GET", "/api/users?limit=1", "")
	require.Len(t, first["users"], 1)
	second := d.call(200, "GET", "/api/users?limit=1&after="+first["next_cursor"].(string), "")
	require.Equal(t, "bob", second["users"].([]any)[0].(map[string]any)["username"])
	require.NotContains(t, second, "next_cursor")
	d.call(200, "DELETE", "/api/users/"+id, "")
	d.call(404, "GET", "/api/users/"+id, "")
	d.call(404, "DELETE", "/api/users/"+id, "")
}

func TestAnAPITokenLetsAProgramIn(t *testing.T) {
	d := open(t)
	made := d.call(200, "POST", "/api/tokens", `{"name":"CI","role":"operator"}`)["token"].(map[string]any)
	value, id := made["value"].(string), made["id"].(string)
	require.Equal(t, "admin token", made["created_by"])
	bearer := "Bearer " + value
	require.Equal(t, "api_token", d.call(200, "GET", "/api/session", "", "Authorization", bearer)["kind"])
	require.Equal(t, "not_permitted", code(d.call(403, "GET", "/api/tokens", "", "Authorization", bearer)))
	shown := d.call(200, "GET", "/api/tokens/"+id, "")["token"].(map[string]any)
	require.Equal(t, "****"+value[len(value)-4:], shown["value"])
	require.Contains(t, shown, "used_at")
	require.Equal(t, "name_taken", code(d.call(409, "POST", "/api/tokens", `{"name":"ci","role":"viewer"}`)))
	d.call(200, "PUT", "/api/tokens/"+id, `{"expires_at":"2020-01-01T00:00:00Z"}`)
	d.call(401, "GET", "/api/session", "", "Authorization", bearer)
	d.call(200, "PUT", "/api/tokens/"+id, `{"expires_at":"2120-01-01T00:00:00Z"}`)
	d.call(200, "GET", "/api/session", "", "Authorization", bearer)
	require.Len(t, d.call(200, "GET", "/api/tokens", "")["tokens"], 1)
	d.call(200, "DELETE", "/api/tokens/"+id, "")
	d.call(401, "GET", "/api/session", "", "Authorization", bearer)
}

func TestTheFirstAdministratorComesFromTheConfiguration(t *testing.T) {
	d := open(t)
	login := func(status int, password string) {
		d.call(status, "POST", "/api/session/login", `{"username":"root","password":"`+password+`"}`)
	}
	login(401, "correct horse")
	d.call(200, "PATCH", "/api/config", `{"auth_config":{"admin_username":"root","admin_password":"correct horse","is_enabled":true}}`)
	login(401, "wrong horse")
	root := d.signIn("root")
	root.ask(200, "GET", "/api/users", "")
	root.ask(200, "POST", "/api/session/password", `{"old_password":"correct horse","new_password":"battery staple"}`)
	login(401, "correct horse")
	login(200, "battery staple")
}

func TestATicketOpensAWebSocketOnce(t *testing.T) {
	d := open(t)
	d.hire("ann", "viewer")
	p, ctx := d.signIn("ann"), t.Context()
	host := strings.TrimPrefix(d.URL, "http://")
	ticket := p.ask(200, "POST", "/api/session/ws-ticket", "")["ticket"].(string)
	_, err := d.control.RedeemTicket(ctx, ticket, "https://evil.example", host)
	require.ErrorContains(t, err, "origins")
	caller, err := d.control.RedeemTicket(ctx, ticket, d.URL, host)
	require.NoError(t, err)
	require.Equal(t, "ann", caller.Name)
	_, err = d.control.RedeemTicket(ctx, ticket, "", host)
	require.ErrorContains(t, err, "not valid")
}

func TestWhileTheStoreIsAwayTheAdminTokenLetsIn(t *testing.T) {
	d := open(t)
	d.hire("ann", "viewer")
	p := d.signIn("ann")
	d.store.Store(nil)
	require.Equal(t, "store_unavailable", code(p.ask(503, "GET", "/api/session", "")))
	require.Equal(t, "store_unavailable", code(d.call(503, "POST", "/api/session/login", `{"username":"ann","password":"correct horse"}`)))
	d.call(200, "GET", "/api/config", "")
}
