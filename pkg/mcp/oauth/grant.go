package oauth

import (
	"cmp"
	"strings"
	"time"
)

// grant is a token as it is kept.
type grant struct {
	Server  string     `json:"server"` // URL that the token is for
	At      Endpoints  `json:"at"`
	Client  Registered `json:"client"`
	Access  string     `json:"access,omitempty"`
	Refresh string     `json:"refresh,omitempty"`
	Expires time.Time  `json:"expires,omitzero"` // of Access; zero: not known
	Scope   string     `json:"scope,omitempty"`
	Since   time.Time  `json:"since"` // of the sign-in
	// Renewing is until when the node that has written it is renewing the token.
	Renewing time.Time `json:"renewing,omitzero"`
	// Wanted are scopes that the server has asked for beside those of the token. The next
	// sign-in asks for them.
	Wanted []string `json:"wanted,omitempty"`
	// Ended is why the token is none any more; "" while it is.
	Ended string `json:"ended,omitempty"`
}

// Why a token has ended.
const (
	expired = "expired" // and there is none to renew it with
	revoked = "revoked" // the authorization server renews it no more, or the server takes none
)

// early is how long before its end a token is renewed, so that none ends on its way.
const early = 30 * time.Second

// lasts says whether the access token may be used at a time, and is not the one that the
// server has refused.
func (g *grant) lasts(at time.Time, refused string) bool {
	return g.Access != refused && (g.Expires.IsZero() || at.Before(g.Expires))
}

// take takes over new tokens. What is not given anew stays (RFC 6749, section 6).
func (g *grant) take(t *tokens, now time.Time) {
	g.Access, g.Refresh, g.Expires = t.Access, cmp.Or(t.Refresh, g.Refresh), t.expiry(now)
	g.Scope = cmp.Or(t.Scope, g.Scope)
	g.Renewing, g.Ended = time.Time{}, ""
}

// end makes it none.
func (g *grant) end(why string) {
	g.Access, g.Refresh, g.Expires, g.Renewing, g.Ended = "", "", time.Time{}, time.Time{}, why
}

func (g *grant) scopes() []string { return strings.Fields(g.Scope) }
