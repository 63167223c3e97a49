package control

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/openid"
	"github.com/danielgtaylor/huma/v2"
)

const (
	oidcPath   = "/api/session/oidc"
	oidcCookie = "oidc"
	// oidcFor is how long somebody may take to sign in.
	oidcFor   = 10 * time.Minute
	beginOIDC = "begin-oidc"
)

func (c *Control) oidcRoutes() {
	for _, o := range []struct {
		huma.Operation
		handler func(context.Context, *oidcInput) (*oidcOutput, error)
	}{
		{at(http.MethodGet, oidcPath+"/login", beginOIDC, "Sign in at the OpenID provider: sends the browser there"), c.beginOIDC},
		{at(http.MethodGet, oidcPath+"/callback", finishOIDC, "Where the OpenID provider sends the browser back to"), c.finishOIDC},
	} {
		o.Security, o.DefaultStatus = []map[string][]string{{}}, http.StatusFound
		huma.Register(c.api, o.Operation, o.handler)
	}
}

type oidcInput struct {
	ReturnTo string `query:"return_to" maxLength:"500" doc:"Where to go in the end: a path of this server."`
	Code     string `query:"code" maxLength:"4096"`
	State    string `query:"state" maxLength:"200"`
	Issuer   string `query:"iss" maxLength:"500"`
	Error    string `query:"error" maxLength:"200"`
	Begun    string `cookie:"oidc"`
}

type oidcOutput struct {
	Location  string        `header:"Location"`
	SetCookie []http.Cookie `header:"Set-Cookie"`
}

// oidcBegun is a sign-in that has begun, as the browser keeps it, sealed.
type oidcBegun struct {
	openid.Begun
	ReturnTo string    `json:"return_to"`
	Until    time.Time `json:"until"`
}

func (c *Control) beginOIDC(ctx context.Context, in *oidcInput) (*oidcOutput, error) {
	p, _, err := c.oidcProvider(ctx)
	if err != nil {
		return nil, err
	}
	begun := oidcBegun{Begun: p.Begin(), ReturnTo: ownPath(in.ReturnTo), Until: time.Now().Add(oidcFor)}
	text, err := json.Marshal(begun)
	if err != nil {
		return nil, err
	}
	sealed := base64.RawURLEncoding.EncodeToString(c.sealing.Seal(text, oidcPath))
	return &oidcOutput{Location: begun.Address, SetCookie: []http.Cookie{c.oidcCookie(ctx, sealed, int(oidcFor/time.Second))}}, nil
}

func (c *Control) oidcCookie(ctx context.Context, value string, maxAge int) http.Cookie {
	return http.Cookie{
		Name: oidcCookie, Value: value, Path: oidcPath, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: browserIn(ctx).secure, MaxAge: maxAge,
	}
}

// ownPath is where to go in the end: nowhere but on this server.
func ownPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(path, "/") ||
		strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return "/"
	}
	return path
}

func (c *Control) finishOIDC(ctx context.Context, in *oidcInput) (*oidcOutput, error) {
	p, cfg, err := c.oidcProvider(ctx)
	if err != nil {
		return nil, err
	}
	begun, err := c.oidcBegun(in, cfg)
	if err != nil {
		return nil, err
	}
	who, err := p.Finish(ctx, in.Code, &begun.Begun)
	if errors.Is(err, openid.ErrNotValid) {
		c.log.Warn("a sign-in at the OpenID provider is refused", "error", err)
		return nil, refuse(http.StatusUnauthorized, "oidc_not_valid", "What the OpenID provider has answered does not hold. The log of the gateway says why.")
	}
	if err != nil {
		return nil, c.oidcAway(err)
	}
	signsIn(ctx, account.Caller{Kind: account.ByPerson, Name: cmp.Or(who.Name, who.Subject)})
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	person, err := c.admitIdentity(ctx, s.Accounts(), who, cfg)
	if err != nil {
		return nil, c.explain("admit the person", err)
	}
	signsIn(ctx, person.Caller(""))
	token, err := c.guard.Open(ctx, s.Accounts(), person, browserIn(ctx).Browser, c.sessionTerms(ctx))
	if err != nil {
		return nil, c.explain("begin a session", err)
	}
	return &oidcOutput{Location: begun.ReturnTo, SetCookie: []http.Cookie{c.cookie(ctx, token), c.oidcCookie(ctx, "", -1)}}, nil
}

// oidcBegun returns the sign-in that a browser comes back from, if it is its own.
func (c *Control) oidcBegun(in *oidcInput, cfg *config.OIDC) (*oidcBegun, error) {
	notBegun := refuse(http.StatusBadRequest, "oidc_not_begun", "This browser has not begun this sign-in, or too long ago. Begin again at "+oidcPath+"/login.")
	sealed, err := base64.RawURLEncoding.DecodeString(in.Begun)
	if err != nil {
		return nil, notBegun
	}
	text, err := c.sealing.Open(sealed, oidcPath)
	if err != nil {
		return nil, notBegun
	}
	var begun oidcBegun
	if json.Unmarshal(text, &begun) != nil || time.Now().After(begun.Until) ||
		subtle.ConstantTimeCompare([]byte(begun.State), []byte(in.State)) != 1 || in.Issuer != "" && in.Issuer != cfg.Issuer {
		return nil, notBegun
	}
	if in.Error != "" || in.Code == "" {
		return nil, refuse(http.StatusForbidden, "oidc_refused", "The OpenID provider has refused the sign-in.")
	}
	return &begun, nil
}

// admitIdentity returns the person that somebody is, who is made at their first sign-in. The
// provider's groups say their role and teams each time.
func (c *Control) admitIdentity(ctx context.Context, r account.Records, who *openid.Identity, cfg *config.OIDC) (*account.Person, error) {
	role, teams := granted(who.Groups, cfg)
	p, err := r.PersonOf(ctx, who.Issuer, who.Subject)
	known := err == nil
	switch {
	case err != nil && !errors.Is(err, account.ErrNotFound):
		return nil, err
	case known && p.Disabled:
		return nil, account.ErrDisabled
	case role == account.NoRole:
		if known {
			if err := r.EndSessions(ctx, p.ID, ""); err != nil {
				return nil, err
			}
		}
		return nil, refuse(http.StatusForbidden, "no_role", "None of your groups at the OpenID provider has a role here, or a team.")
	case !known:
		return c.hireIdentity(ctx, r, who, role, teams)
	}
	if p.Role == role && slices.Equal(p.Teams, teams) && p.Email == who.Email {
		return p, nil
	}
	was := shownPerson(p)
	p.Role, p.Teams, p.Email, p.Updated = role, teams, who.Email, time.Now().UTC()
	if err := r.ChangePerson(ctx, p); err != nil {
		return nil, err
	}
	c.changed(ctx, peoplePath+"/"+p.ID, was, shownPerson(p))
	return p, nil
}

// hireIdentity makes a person. A name that somebody else has gets something behind it:
// nobody becomes another by a name or an address.
func (c *Control) hireIdentity(ctx context.Context, r account.Records, who *openid.Identity, role account.Role, teams []string) (*account.Person, error) {
	name := cmp.Or(who.Name, who.Subject)
	p := &account.Person{Name: name, Email: who.Email, Role: role, Teams: teams, Issuer: who.Issuer, Subject: who.Subject}
	err := c.guard.Hire(ctx, r, p, "")
	if errors.Is(err, account.ErrTaken) {
		p.Name = name + " (" + account.DigestOf(who.Issuer + "\n" + who.Subject)[:8] + ")"
		err = c.guard.Hire(ctx, r, p, "")
	}
	if err != nil {
		return nil, err
	}
	c.changed(ctx, peoplePath+"/"+p.ID, nil, shownPerson(p))
	return p, nil
}

// granted is what somebody's groups give: the greatest of their roles, and the teams that
// they are confined to. Where groups have teams, whoever is in none of these has no role
// either, unless an administrator.
func granted(groups []string, cfg *config.OIDC) (role account.Role, teams []string) {
	teams = []string{}
	for _, g := range groups {
		if given, err := account.ParseRole(cfg.Roles[g]); err == nil {
			role = max(role, given)
		}
		if team := cfg.Teams[g]; team != "" && !slices.Contains(teams, team) {
			teams = append(teams, team)
		}
	}
	slices.Sort(teams)
	switch {
	case role == account.Admin:
		return role, []string{}
	case len(cfg.Teams) > 0 && len(teams) == 0:
		return account.NoRole, teams
	}
	return role, teams
}

// oidcProviders is the provider that was found last.
type oidcProviders struct {
	mu    sync.Mutex
	found *openid.Provider
}

// oidcProvider returns the configuration's provider.
func (c *Control) oidcProvider(ctx context.Context) (*openid.Provider, *config.OIDC, error) {
	cfg := c.configOrNone(ctx).Auth.OIDC
	if cfg.Issuer == "" {
		return nil, nil, refuse(http.StatusNotFound, "oidc_not_configured", "No OpenID provider is configured (auth.oidc).")
	}
	settings := oidcSettings(&cfg)
	c.oidc.mu.Lock()
	defer c.oidc.mu.Unlock()
	if c.oidc.found == nil || !c.oidc.found.Fits(&settings) {
		p, err := openid.Discover(ctx, settings)
		if err != nil {
			return nil, nil, c.oidcAway(err)
		}
		c.oidc.found = p
	}
	return c.oidc.found, &cfg, nil
}

func oidcSettings(cfg *config.OIDC) openid.Settings {
	return openid.Settings{
		Issuer: cfg.Issuer, ClientID: cfg.ClientID, ClientSecret: cfg.ClientSecret.Reveal(),
		RedirectURL: cfg.RedirectURL, Scopes: cfg.Scopes, Groups: cfg.Groups(),
	}
}

func (c *Control) oidcAway(err error) error {
	c.log.Error("the OpenID provider cannot be asked", "error", err)
	return refuse(http.StatusServiceUnavailable, "oidc_unavailable", "The OpenID provider cannot be asked at the moment. The log of the gateway says why.")
}
