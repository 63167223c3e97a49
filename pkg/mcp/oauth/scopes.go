package oauth

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/oauthex"
)

const (
	scopesMax     = 32  // of those that a server may ask for beside those of a token
	scopeBytesMax = 128 // of one
)

// InsufficientScopes returns the scopes that a server wants beside those of the token that it
// has refused (RFC 6750, section 3.1), and whether that is why it has.
func InsufficientScopes(r *http.Response) (scopes []string, insufficient bool) {
	if r.StatusCode != http.StatusForbidden {
		return nil, false
	}
	challenges, err := oauthex.ParseWWWAuthenticate(r.Header.Values("WWW-Authenticate"))
	if err != nil {
		return nil, false
	}
	for _, c := range challenges {
		if c.Scheme == "bearer" && c.Params["error"] == "insufficient_scope" {
			return scopesOf(c.Params["scope"]), true
		}
	}
	return nil, false
}

// scopesOf are those of a list that are made as the standard has it (RFC 6749, section 3.3).
func scopesOf(list string) []string {
	scopes := slices.DeleteFunc(strings.Fields(list), func(s string) bool {
		return len(s) > scopeBytesMax || strings.ContainsFunc(s, func(c rune) bool { return c < 0x21 || c > 0x7e || c == '"' || c == '\\' })
	})
	return scopes[:min(len(scopes), scopesMax)]
}

// Want notes that a server wants more scopes than an owner's token has, for the next sign-in
// to ask for. What it returns says that somebody has to.
func (k *Keeper) Want(ctx context.Context, s *Settings, owner string, scopes []string) *SignInError {
	missing := &SignInError{s.Server, "the token lacks the scope that this needs"}
	if len(scopes) > 0 {
		missing.Why = "the token lacks scopes that this needs: " + strings.Join(scopes, " ")
	}
	place := s.place(owner)
	for {
		g := &grant{}
		revision, err := k.read(ctx, k.tokens, place, g)
		if err != nil {
			return missing
		}
		all := together(g.Wanted, scopes)
		if len(all) == len(g.Wanted) || len(all) > scopesMax {
			return missing
		}
		g.Wanted = all
		if _, err = k.swap(ctx, k.tokens, place, g, revision); !errors.Is(err, ErrChanged) {
			k.Forget(place)
			return missing
		}
	}
}

// stepUp adds to the scopes that a sign-in asks for those that the owner's token has, and
// those that the server has wanted besides.
func (k *Keeper) stepUp(ctx context.Context, s *Settings, owner string, scopes []string) []string {
	g := &grant{}
	if _, err := k.read(ctx, k.tokens, s.place(owner), g); err != nil || g.Server != s.Resource || len(g.Wanted) == 0 {
		return scopes
	}
	return together(scopes, together(g.scopes(), g.Wanted))
}

// together has what either list has.
func together(a, b []string) []string {
	all := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}
