package control

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/account"
)

// sessionCookie is the cookie that holds a session's token. The inference API never
// gets to see it.
const (
	sessionCookie     = "token"
	sessionCookiePath = "/api"
)

// mayCall finds out who asks and whether they may, and answers the request if not. A
// page of another origin may not call, whatever it sends: a browser on the operator's
// machine reaches what listens on loopback.
func (c *Control) mayCall(w http.ResponseWriter, r *http.Request, operation string) (*http.Request, bool) {
	if origin := r.Header.Get("Origin"); origin != "" && !sameOrigin(origin, r.Host) {
		writeError(w, http.StatusForbidden, "origin_not_allowed", "Pages of other origins may not call the admin API.")
		return r, false
	}
	r = r.WithContext(context.WithValue(r.Context(), browserKey{}, browserOf(r)))
	caller, err := c.identify(r)
	open := permissions[operation].least == account.NoRole && operation != ""
	if err == nil && !open {
		if err = permits(caller, operation); err != nil && isAudited(r.Method, operation) {
			c.enter(r, operation, &trail{caller: caller}, http.StatusForbidden, []byte(`{"error":{"code":"not_permitted"}}`))
		}
	}
	if err != nil && !open {
		refuseRequest(w, c.explain("find out who asks", err))
		return r, false
	}
	return r.WithContext(account.With(r.Context(), caller)), true
}

var errNobody = refuse(http.StatusUnauthorized, "admin_token_required",
	"Sign in, or send the admin token or an API token: Authorization: Bearer TOKEN. `asbru up` logs at its start where the admin token is kept.")

// identify finds out who asks: by the admin token, an API token, a session's token as
// bearer or cookie, or name and password.
func (c *Control) identify(r *http.Request) (account.Caller, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		if strings.HasPrefix(header, "Basic ") {
			return c.basic(r)
		}
		token, _ := strings.CutPrefix(header, "Bearer ")
		if token == header || token == "" {
			return account.Caller{}, errNobody
		}
		if c.isToken(token) {
			return account.Root, nil
		}
		return c.holder(r.Context(), token)
	}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil || cookie.Value == "" {
		return account.Caller{}, errNobody
	}
	caller, err := c.holder(r.Context(), cookie.Value)
	if err == nil && changes(r.Method) && !fromOurPage(r, cookie.Value) {
		return account.Caller{}, refuse(http.StatusForbidden, "csrf_token_required",
			"A change that is asked for by cookie needs the header X-CSRF-Token, which GET /api/session tells.")
	}
	return caller, err
}

// holder returns whose a token is.
func (c *Control) holder(ctx context.Context, token string) (caller account.Caller, err error) {
	if c.o.Store == nil {
		return caller, errNobody
	}
	s, err := c.store()
	if err != nil {
		return caller, err
	}
	if strings.HasPrefix(token, account.TokenPrefix) {
		caller, err = c.guard.Admit(ctx, s.Accounts(), token)
	} else {
		caller, err = c.guard.Resume(ctx, s.Accounts(), token, c.sessionTerms(ctx))
	}
	if errors.Is(err, account.ErrNotFound) || errors.Is(err, account.ErrExpired) || errors.Is(err, account.ErrDisabled) {
		return caller, errNobody
	}
	return caller, err
}

// isToken compares digests, so that the time it takes says nothing of the token.
func (c *Control) isToken(s string) bool {
	want, got := sha256.Sum256([]byte(c.o.Token.Reveal())), sha256.Sum256([]byte(s))
	return c.o.Token != "" && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// changes says whether a method may change something.
func changes(method string) bool { return method != http.MethodGet && method != http.MethodHead }

// fromOurPage says whether a page of this origin has made the request: it knows the
// session's token against forgery, or the browser says so in a header that no page can
// set.
func fromOurPage(r *http.Request, session string) bool {
	if sent := r.Header.Get("X-CSRF-Token"); sent != "" {
		return subtle.ConstantTimeCompare([]byte(sent), []byte(account.CrossSiteToken(session))) == 1
	}
	return r.Header.Get("Sec-Fetch-Site") == "same-origin"
}

func sameOrigin(origin, host string) bool {
	_, at, ok := strings.Cut(origin, "://")
	return ok && strings.EqualFold(at, host)
}

// author is what the record of the configuration says of who changes it.
func author(ctx context.Context) string {
	if caller := account.Of(ctx); caller.Kind != account.ByAdminToken {
		return caller.Name
	}
	return "admin"
}

// browserKey is the context's key of a browser.
type browserKey struct{}

// browser is where a request comes from.
type browser struct {
	account.Browser
	secure bool   // it speaks TLS with us, or with who passes it on
	cookie string // the session's token
	origin string // by which it has called us
}

func browserOf(r *http.Request) browser {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	b := browser{Browser: account.Browser{Address: host, Agent: r.UserAgent()}}
	b.secure = r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
	b.origin = "http://" + r.Host
	if b.secure {
		b.origin = "https://" + r.Host
	}
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		b.cookie = cookie.Value
	}
	return b
}

func browserIn(ctx context.Context) browser {
	b, _ := ctx.Value(browserKey{}).(browser)
	return b
}

// RedeemTicket returns who opens a WebSocket with a ticket from
// POST /api/session/ws-ticket, which is good for one use. Origin is the header, empty
// for what is no browser; a page of another origin than host is refused. The error is an
// *Error.
func (c *Control) RedeemTicket(ctx context.Context, ticket, origin, host string) (account.Caller, error) {
	if origin != "" && !sameOrigin(origin, host) {
		return account.Caller{}, refuse(http.StatusForbidden, "origin_not_allowed", "Pages of other origins may not call the admin API.")
	}
	s, err := c.store()
	if err != nil {
		return account.Caller{}, err
	}
	caller, err := c.guard.Redeem(ctx, s.Accounts(), ticket)
	if errors.Is(err, account.ErrNotFound) {
		return caller, refuse(http.StatusUnauthorized, "ticket_not_valid", "The ticket is not valid any more. POST /api/session/ws-ticket gives another.")
	}
	return caller, c.explain("redeem a ticket", err)
}
