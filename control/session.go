package control

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) sessionRoutes() {
	login := at(http.MethodPost, "/api/session/login", "login", "Sign in with name and password: the answer sets a cookie")
	login.Security = []map[string][]string{{}}
	login.Errors = append(login.Errors, http.StatusForbidden, http.StatusTooManyRequests)
	enabled := at(http.MethodGet, "/api/session/is-auth-enabled", "get-session-enabled", "Whether a sign-in is asked for, and how one can")
	enabled.Security = []map[string][]string{{}}
	huma.Register(c.api, login, c.login)
	huma.Register(c.api, enabled, c.getSessionEnabled)
	huma.Register(c.api, at(http.MethodGet, "/api/session", "get-session", "Who asks, and what they may do"), c.getSession)
	huma.Register(c.api, at(http.MethodPost, "/api/session/logout", "logout", "Sign out"), c.logout)
	huma.Register(c.api, at(http.MethodPost, "/api/session/ws-ticket", "make-ws-ticket", "Make a ticket that opens a WebSocket once, within half a minute"), c.makeTicket)
}

type sessionTold struct {
	Message   string            `json:"message,omitempty"`
	Kind      string            `json:"kind" enum:"admin_token,person,api_token" doc:"What the caller came with."`
	ID        string            `json:"id,omitempty"`
	Name      string            `json:"name"`
	Role      string            `json:"role" enum:"viewer,operator,admin"`
	Teams     []string          `json:"teams,omitempty" doc:"Ids of the teams that the caller is confined to; absent: none."`
	CSRFToken string            `json:"csrf_token,omitempty" doc:"What a page sends as X-CSRF-Token with each change, where a cookie says who asks."`
	May       map[string]string `json:"may,omitempty" doc:"The operations that the caller may ask for, with the least role that each needs."`
}

func told(caller account.Caller, cookie string) sessionTold {
	s := sessionTold{Kind: caller.Kind, ID: caller.ID, Name: caller.Name, Role: caller.Role.String(), Teams: caller.Teams}
	if caller.Session != "" && cookie != "" {
		s.CSRFToken = account.CrossSiteToken(cookie)
	}
	return s
}

type loginInput struct {
	Body struct {
		Username string `json:"username" minLength:"1" maxLength:"200"`
		Password string `json:"password" minLength:"1" maxLength:"256"`
	}
}

type loginOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      sessionTold
}

func (c *Control) login(ctx context.Context, in *loginInput) (*loginOutput, error) {
	signsIn(ctx, account.Caller{Name: in.Body.Username})
	token, p, err := c.letIn(ctx, in.Body.Username, in.Body.Password)
	if err != nil {
		return nil, err
	}
	signsIn(ctx, p.Caller(""))
	out := &loginOutput{SetCookie: c.cookie(ctx, token), Body: told(p.Caller("new"), token)}
	out.Body.Message = "Login successful"
	return out, nil
}

// cookie is what holds a session's token.
func (c *Control) cookie(ctx context.Context, token string) http.Cookie {
	cookie := http.Cookie{
		Name: sessionCookie, Value: token, Path: sessionCookiePath, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: browserIn(ctx).secure, MaxAge: int(c.sessionTerms(ctx).Max / time.Second),
	}
	if token == "" {
		cookie.MaxAge = -1
	}
	return cookie
}

// sessionTerms are the configuration's, or the usual ones while it cannot be read.
func (c *Control) sessionTerms(ctx context.Context) account.SessionTerms {
	cfg := c.configOrNone(ctx)
	return account.SessionTerms{Idle: cfg.Auth.SessionIdle(), Max: cfg.Auth.SessionMax()}
}

// seedFirstAdmin makes the configuration's first administrator when they come for the
// first time.
func (c *Control) seedFirstAdmin(ctx context.Context, r account.Records, name string) error {
	admin, password := c.configOrNone(ctx).FirstAdmin()
	if admin == "" || account.FoldName(admin) != account.FoldName(name) {
		return nil
	}
	_, err := r.PersonNamed(ctx, admin)
	if !errors.Is(err, account.ErrNotFound) {
		return err
	}
	err = c.guard.Hire(ctx, r, &account.Person{Name: admin, Role: account.Admin}, password)
	if errors.Is(err, account.ErrTaken) { // by another who came at the same time
		return nil
	}
	return err
}

type sessionEnabledOutput struct {
	Body struct {
		IsAuthEnabled bool `json:"is_auth_enabled"`
		HasValidToken bool `json:"has_valid_token" doc:"Whether the request comes from somebody who is known."`
		OIDC          bool `json:"oidc" doc:"Whether people can sign in at an OpenID provider: GET /api/session/oidc/login."`
	}
}

func (c *Control) getSessionEnabled(ctx context.Context, _ *struct{}) (*sessionEnabledOutput, error) {
	out := &sessionEnabledOutput{}
	out.Body.IsAuthEnabled = true
	out.Body.HasValidToken = account.Of(ctx).Role != account.NoRole
	out.Body.OIDC = c.configOrNone(ctx).Auth.OIDC.Issuer != ""
	return out, nil
}

type sessionOutput struct{ Body sessionTold }

func (c *Control) getSession(ctx context.Context, _ *struct{}) (*sessionOutput, error) {
	caller := account.Of(ctx)
	out := &sessionOutput{Body: told(caller, browserIn(ctx).cookie)}
	out.Body.May = map[string]string{}
	for operation, p := range permissions {
		if permits(caller, operation) == nil {
			out.Body.May[operation] = p.least.String()
		}
	}
	return out, nil
}

type logoutOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Message string `json:"message"`
	}
}

func (c *Control) logout(ctx context.Context, _ *struct{}) (*logoutOutput, error) {
	if id := account.Of(ctx).Session; id != "" {
		s, err := c.store()
		if err != nil {
			return nil, err
		}
		if err := s.Accounts().EndSession(ctx, id); err != nil && !errors.Is(err, account.ErrNotFound) {
			return nil, c.explain("end the session", err)
		}
	}
	out := &logoutOutput{SetCookie: c.cookie(ctx, "")}
	out.Body.Message = "Logout successful"
	return out, nil
}

type ticketOutput struct {
	Body struct {
		Ticket    string    `json:"ticket" doc:"For /ws?ticket=, once."`
		ExpiresAt time.Time `json:"expires_at"`
	}
}

func (c *Control) makeTicket(ctx context.Context, _ *struct{}) (*ticketOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	out := &ticketOutput{}
	out.Body.Ticket, out.Body.ExpiresAt, err = c.guard.Ticket(ctx, s.Accounts(), account.Of(ctx))
	return out, c.explain("make a ticket", err)
}

// ofAccounts turns an error of pkg/account into the one that is answered, nil if it is
// none of these.
func ofAccounts(err error) error {
	var throttled *account.ThrottledError
	switch {
	case errors.As(err, &throttled):
		seconds := strconv.Itoa(int(math.Ceil(throttled.Wait.Seconds())))
		e := refuse(http.StatusTooManyRequests, "sign_in_throttled", "Too many sign-ins have failed. Try again in "+seconds+" s.")
		return huma.ErrorWithHeaders(e, http.Header{"Retry-After": {seconds}})
	case errors.Is(err, account.ErrBusy):
		e := refuse(http.StatusServiceUnavailable, "sign_in_busy", "Too many people sign in at the moment. Try again.")
		return huma.ErrorWithHeaders(e, http.Header{"Retry-After": {"1"}})
	case errors.Is(err, account.ErrSignIn):
		return refuse(http.StatusUnauthorized, "sign_in_failed", "The name or the password is wrong.")
	case errors.Is(err, account.ErrDisabled):
		return refuse(http.StatusForbidden, "account_disabled", "The account is disabled.")
	case errors.Is(err, account.ErrNotFound):
		return refuse(http.StatusNotFound, "not_found", "There is no such thing.")
	case errors.Is(err, account.ErrTaken):
		return refuse(http.StatusConflict, "name_taken", "The name is taken.")
	case errors.Is(err, account.ErrConflict):
		return refuse(http.StatusConflict, "conflict", "It was changed meanwhile. Read it again, and make the change to what it is now.")
	}
	return nil
}
