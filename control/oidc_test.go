package control_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// issuer is an OpenID provider, written for these tests after OpenID Connect Core and
// Discovery. It lets everybody in at once, as the person that it is told.
type issuer struct {
	*httptest.Server
	t *testing.T

	mu      sync.Mutex
	signer  *rsa.PrivateKey
	keyID   string
	forger  *rsa.PrivateKey // signs instead, if there is one
	claims  map[string]any  // of the next ID token, over the usual ones
	codes   map[string]url.Values
	refuses bool
}

func newIssuer(t *testing.T) *issuer {
	i := &issuer{t: t, codes: map[string]url.Values{}}
	i.rotate("first")
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.answer(w, 200, map[string]any{
			"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.answer(w, 200, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "use": "sig", "alg": "RS256", "kid": i.keyID,
			"n": base64.RawURLEncoding.EncodeToString(i.signer.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(i.signer.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		i.mu.Lock()
		defer i.mu.Unlock()
		back := url.Values{"state": {q.Get("state")}}
		if i.refuses {
			back.Set("error", "access_denied")
		} else {
			code := rand.Text()
			i.codes[code] = q
			back.Set("code", code)
		}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	})
	mux.HandleFunc("/token", i.token)
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

// rotate has the provider sign with another key.
func (i *issuer) rotate(id string) {
	signer, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(i.t, err)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.signer, i.keyID = signer, id
}

// forge has ID tokens signed with a key that the provider does not publish.
func (i *issuer) forge(with *rsa.PrivateKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.forger = with
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	id, secret, _ := r.BasicAuth()
	asked, known := i.codes[r.FormValue("code")]
	delete(i.codes, r.FormValue("code"))
	challenge := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	switch {
	case id != "asbru" || secret != "client-secret":
		i.answer(w, 401, map[string]any{"error": "invalid_client"})
		return
	case !known || asked.Get("code_challenge_method") != "S256" || base64.RawURLEncoding.EncodeToString(challenge[:]) != asked.Get("code_challenge"):
		i.answer(w, 400, map[string]any{"error": "invalid_grant"})
		return
	}
	claims := map[string]any{
		"iss": i.URL, "aud": "asbru", "sub": "subject-1", "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(),
		"nonce": asked.Get("nonce"), "preferred_username": "ann", "email": "ann@example.com", "email_verified": true,
	}
	for name, value := range i.claims {
		claims[name] = value
	}
	i.answer(w, 200, map[string]any{"access_token": "unused", "token_type": "Bearer", "id_token": i.sign(claims)})
}

// sign makes a JSON Web Token.
func (i *issuer) sign(claims map[string]any) string {
	encode := func(v any) string {
		text, err := json.Marshal(v)
		require.NoError(i.t, err)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signed := encode(map[string]any{"alg": "RS256", "typ": "JWT", "kid": i.keyID}) + "." + encode(claims)
	digest := sha256.Sum256([]byte(signed))
	signer := i.signer
	if i.forger != nil {
		signer = i.forger
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, signer, crypto.SHA256, digest[:])
	require.NoError(i.t, err)
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func (i *issuer) answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// says sets claims of the ID tokens to come.
func (i *issuer) says(claims map[string]any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.claims = claims
}

// surfer is a browser that follows the sign-in by hand.
type surfer struct {
	*desk
	cookies map[string]*http.Cookie
}

func (s *surfer) get(address string) *http.Response {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(s.t, err)
	for _, c := range s.cookies {
		req.AddCookie(c)
	}
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = res.Body.Close() })
	for _, c := range res.Cookies() {
		s.cookies[c.Name] = c
	}
	return res
}

// signInAt goes the whole way, and returns the last answer.
func (d *desk) signInAt(query string) (*surfer, *http.Response) {
	d.t.Helper()
	s := &surfer{desk: d, cookies: map[string]*http.Cookie{}}
	begun := s.get(d.URL + "/api/session/oidc/login" + query)
	require.Equal(d.t, 302, begun.StatusCode)
	back := s.get(begun.Header.Get("Location"))
	return s, s.get(back.Header.Get("Location"))
}

func codeOf(t *testing.T, res *http.Response) any {
	var body map[string]any
	require.NoError(t, json.NewDecoder(res.Body).Decode(&body))
	return code(body)
}

// useIssuer configures an OpenID provider.
func (d *desk) useIssuer(i *issuer, more string) {
	d.t.Helper()
	d.call(200, "PUT", "/api/config", fmt.Sprintf(`{"auth":{"oidc":{"issuer":%q,"client_id":"asbru","client_secret":"client-secret","redirect_url":%q,
		"roles":{"staff":"viewer","ops":"operator","root":"admin"}%s}}}`, i.URL, d.URL+"/api/session/oidc/callback", more))
}

func TestPeopleSignInAtAnOpenIDProvider(t *testing.T) {
	d, i := open(t), newIssuer(t)
	require.Equal(t, "oidc_not_configured", code(d.call(404, "GET", "/api/session/oidc/login", "")))
	d.useIssuer(i, "")
	require.Equal(t, true, d.call(200, "GET", "/api/session/is-auth-enabled", "")["oidc"])
	i.says(map[string]any{"groups": []string{"staff", "ops", "unknown"}})
	s, res := d.signInAt("?return_to=/ui/keys%3Fx=1")
	require.Equal(t, 302, res.StatusCode)
	require.Equal(t, "/ui/keys?x=1", res.Header.Get("Location"))
	session := func() map[string]any {
		return d.call(200, "GET", "/api/session", "", "Authorization", "Bearer "+s.cookies["token"].Value)
	}
	require.Equal(t, "ann", session()["name"])
	require.Equal(t, "operator", session()["role"])
	require.NotContains(t, s.cookies["oidc"].Value, "state")

	i.rotate("second")
	i.says(map[string]any{"groups": []string{"root"}, "preferred_username": "renamed"})
	_, res = d.signInAt("")
	require.Equal(t, 302, res.StatusCode, "it signs with another key now")
	require.Equal(t, "admin", session()["role"])
	people := d.call(200, "GET", "/api/users", "")["users"].([]any)
	require.Len(t, people, 1, "the subject is the same")
	require.Equal(t, i.URL, people[0].(map[string]any)["issuer"])
	require.Equal(t, false, people[0].(map[string]any)["has_password"])

	i.says(map[string]any{"groups": []string{"unknown"}})
	_, res = d.signInAt("")
	require.Equal(t, "no_role", codeOf(t, res))
	d.call(401, "GET", "/api/session", "", "Authorization", "Bearer "+s.cookies["token"].Value)
	require.Len(t, d.audit("?operation=finish-oidc"), 3)
}

func TestAnOpenIDProvidersAnswerMustHold(t *testing.T) {
	d, i := open(t), newIssuer(t)
	d.useIssuer(i, "")
	for name, claims := range map[string]map[string]any{
		"wrong nonce":        {"nonce": "another"},
		"no nonce":           {"nonce": ""},
		"expired":            {"exp": time.Now().Add(-time.Minute).Unix()},
		"not for us":         {"aud": "another"},
		"for us and another": {"aud": []string{"asbru", "another"}},
		"by another client":  {"azp": "another"},
		"another issuer":     {"iss": "https://evil.example"},
		"nobody":             {"sub": ""},
	} {
		claims["groups"] = []string{"root"}
		i.says(claims)
		_, res := d.signInAt("")
		require.Equal(t, 401, res.StatusCode, name)
		require.Equal(t, "oidc_not_valid", codeOf(t, res), name)
	}
	i.says(map[string]any{"groups": []string{"root"}})
	forger, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	i.forge(forger)
	_, res := d.signInAt("")
	require.Equal(t, "oidc_not_valid", codeOf(t, res), "signed with a key that is not published")
	i.forge(nil)
	s := &surfer{desk: d, cookies: map[string]*http.Cookie{}}
	back := s.get(s.get(d.URL + "/api/session/oidc/login").Header.Get("Location")).Header.Get("Location")
	begun := *s.cookies["oidc"]
	require.Equal(t, 302, s.get(back).StatusCode)
	s.cookies["oidc"] = &begun
	require.Equal(t, "oidc_not_valid", codeOf(t, s.get(back)), "a code is good for one use")
	require.Len(t, d.call(200, "GET", "/api/users", "")["users"], 1)
}

func TestOnlyTheBrowserThatBeganFinishesASignIn(t *testing.T) {
	d, i := open(t), newIssuer(t)
	d.useIssuer(i, "")
	i.says(map[string]any{"groups": []string{"root"}})
	mine, victim := &surfer{desk: d, cookies: map[string]*http.Cookie{}}, &surfer{desk: d, cookies: map[string]*http.Cookie{}}
	back := mine.get(mine.get(d.URL + "/api/session/oidc/login").Header.Get("Location")).Header.Get("Location")
	require.Equal(t, "oidc_not_begun", codeOf(t, victim.get(back)))
	victim.get(d.URL + "/api/session/oidc/login")
	require.Equal(t, "oidc_not_begun", codeOf(t, victim.get(back)))
	require.Equal(t, "oidc_not_begun", codeOf(t, mine.get(back+"&iss=https%3A%2F%2Fevil.example")))
	mine.cookies["oidc"].Value = "forged"
	require.Equal(t, "oidc_not_begun", codeOf(t, mine.get(back)))

	i.mu.Lock()
	i.refuses = true
	i.mu.Unlock()
	_, res := d.signInAt("")
	require.Equal(t, "oidc_refused", codeOf(t, res))
	i.Close()
	d.useIssuer(i, `,"scopes":["groups"]`)
	require.Equal(t, "oidc_unavailable", code(d.call(503, "GET", "/api/session/oidc/login", "")))
}

func TestAfterTheSignInTheBrowserStaysHere(t *testing.T) {
	d, i := open(t), newIssuer(t)
	d.useIssuer(i, "")
	i.says(map[string]any{"groups": []string{"staff"}})
	for _, to := range []string{"", "https://evil.example", "//evil.example", `/\evil.example`, "evil", "javascript:alert(1)", "/\t/evil.example"} {
		_, res := d.signInAt("?return_to=" + url.QueryEscape(to))
		require.Equal(t, "/", res.Header.Get("Location"), to)
	}
}

func TestNobodyBecomesAnotherByANameOrAnAddress(t *testing.T) {
	d, i := open(t), newIssuer(t)
	d.useIssuer(i, "")
	d.hire("ann", "admin")
	i.says(map[string]any{"groups": []string{"staff"}, "email_verified": false})
	s, res := d.signInAt("")
	require.Equal(t, 302, res.StatusCode)
	who := d.call(200, "GET", "/api/session", "", "Authorization", "Bearer "+s.cookies["token"].Value)
	require.True(t, strings.HasPrefix(who["name"].(string), "ann ("), who["name"])
	require.Equal(t, "viewer", who["role"])
	for _, p := range d.call(200, "GET", "/api/users", "")["users"].([]any) {
		require.NotContains(t, p, "email", "an address that is not verified is not taken")
	}
}

func TestGroupsConfineToTeams(t *testing.T) {
	d, i := open(t), newIssuer(t)
	d.useIssuer(i, `,"groups_claim":"realm.groups","teams":{"web-people":"web","app-people":"app"}`)
	for _, tc := range []struct {
		groups []string
		teams  any
		status int
	}{
		{[]string{"ops", "web-people"}, []any{"web"}, 302},
		{[]string{"ops", "web-people", "app-people"}, []any{"app", "web"}, 302},
		{[]string{"ops"}, nil, 403},
		{[]string{"web-people"}, nil, 403},
		{[]string{"root", "web-people"}, nil, 302},
	} {
		i.says(map[string]any{"realm": map[string]any{"groups": tc.groups}})
		s, res := d.signInAt("")
		require.Equal(t, tc.status, res.StatusCode, tc.groups)
		if tc.status == 302 {
			require.Equal(t, tc.teams, d.call(200, "GET", "/api/session", "", "Authorization", "Bearer "+s.cookies["token"].Value)["teams"])
		}
	}
}
