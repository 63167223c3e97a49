package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/modelcontextprotocol/go-sdk/oauthex"
)

// Registered is the gateway as an authorization server knows it.
type Registered struct {
	Issuer  string    `json:"issuer,omitempty"`
	ID      string    `json:"id"`
	Secret  string    `json:"secret,omitempty"`
	Method  string    `json:"method,omitempty"` // of showing the secret
	Expires time.Time `json:"expires,omitzero"`
}

// registered returns who the gateway is at an authorization server: as the configuration
// says, or as it was registered before, or registers now (RFC 7591).
func (k *Keeper) registered(ctx context.Context, c *http.Client, s *Settings, e *Endpoints, redirect string) (Registered, error) {
	if s.ClientID != "" {
		return Registered{Issuer: e.Issuer, ID: s.ClientID, Secret: s.ClientSecret}, nil
	}
	place := s.Server + ".client-" + digest(e.Issuer+"\n"+e.Register+"\n"+redirect)
	var known Registered
	_, err := k.read(ctx, k.tokens, place, &known)
	switch {
	case err == nil && (known.Expires.IsZero() || time.Until(known.Expires) > SignInFor):
		return known, nil
	case err != nil && !errors.Is(err, ErrNoRecord):
		return Registered{}, err
	}
	made, err := register(ctx, c, e, redirect)
	if err != nil {
		return Registered{}, err
	}
	return made, k.put(ctx, k.tokens, place, made)
}

func register(ctx context.Context, c *http.Client, e *Endpoints, redirect string) (Registered, error) {
	if e.Register == "" {
		return Registered{}, errors.New("the authorization server registers nobody: oauth_config.client_id must name the gateway there")
	}
	answer, err := oauthex.RegisterClient(ctx, e.Register, &oauthex.ClientRegistrationMetadata{
		ClientName: "Asbru", RedirectURIs: []string{redirect}, GrantTypes: []string{"authorization_code", "refresh_token"},
		ResponseTypes: []string{"code"}, TokenEndpointAuthMethod: preferred(e.Methods), Scope: strings.Join(e.Scopes, " "),
		ApplicationType: "web",
	}, c)
	var said *oauthex.ClientRegistrationError
	switch {
	case errors.As(err, &said):
		return Registered{}, errors.New("the authorization server does not register the gateway: " + plainCode(said.ErrorCode))
	case err != nil: // which may repeat what was answered
		return Registered{}, errors.New("the gateway could not be registered at the authorization server")
	}
	return Registered{
		Issuer: e.Issuer, ID: answer.ClientID, Secret: answer.ClientSecret, Method: answer.TokenEndpointAuthMethod, Expires: answer.ClientSecretExpiresAt,
	}, nil
}

// How a client shows who it is to the token endpoint (RFC 7591, section 2).
const (
	byPost  = "client_secret_post"
	byBasic = "client_secret_basic"
	byNone  = "none"
)

// preferred is the best of the ways to show who one is that a server has.
func preferred(methods []string) string {
	for _, m := range []string{byPost, byBasic, byNone} {
		for _, has := range methods {
			if has == m {
				return m
			}
		}
	}
	return byBasic // what holds where nothing is said (RFC 8414, section 2)
}

// plainCode is an error's code if it is one as the standards have them: what else it is may
// be anything.
func plainCode(code string) string {
	if code == "" || len(code) > 64 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "it says no reason that can be repeated"
	}
	return code
}

// encode is the JSON of what this package keeps, which always has one.
func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}
