package openid

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Settings are the gateway's at the provider.
type Settings struct {
	Issuer, ClientID, ClientSecret, RedirectURL string
	Scopes                                      []string // beside openid
	Groups                                      string   // the claim that lists groups
}

// Equal says whether two are alike.
func (s *Settings) Equal(o *Settings) bool {
	return s.Issuer == o.Issuer && s.ClientID == o.ClientID && s.ClientSecret == o.ClientSecret &&
		s.RedirectURL == o.RedirectURL && s.Groups == o.Groups && slices.Equal(s.Scopes, o.Scopes)
}

// Provider is an OpenID provider. Safe for concurrent use.
type Provider struct {
	settings Settings
	flow     oauth2.Config
	verifier *oidc.IDTokenVerifier
	keysURL  string
	found    time.Time
}

// Discover asks a provider for its addresses. Its keys are fetched when they are needed,
// and again when it signs with another.
func Discover(ctx context.Context, s Settings) (*Provider, error) {
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, client), s.Issuer)
	if err != nil {
		return nil, fmt.Errorf("find the OpenID provider: %w", err)
	}
	var also struct {
		KeysURL string `json:"jwks_uri"`
	}
	if err := p.Claims(&also); err != nil {
		return nil, fmt.Errorf("read what the OpenID provider tells of itself: %w", err)
	}
	scopes := s.Scopes
	if scopes == nil {
		scopes = []string{"profile", "email"}
	}
	return &Provider{
		settings: s, found: time.Now(), keysURL: also.KeysURL,
		flow: oauth2.Config{
			ClientID: s.ClientID, ClientSecret: s.ClientSecret, RedirectURL: s.RedirectURL, Endpoint: p.Endpoint(),
			Scopes: append([]string{oidc.ScopeOpenID}, slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return s == oidc.ScopeOpenID })...),
		},
		verifier: p.Verifier(&oidc.Config{ClientID: s.ClientID}),
	}, nil
}

// goodFor is how long a provider's addresses are taken for its own.
const goodFor = time.Hour

// Fits says whether the provider is that of the settings, and was asked of late.
func (p *Provider) Fits(s *Settings) bool {
	return p.settings.Equal(s) && time.Since(p.found) < goodFor
}

// Begun is a sign-in that has begun. All but the address is the gateway's secret.
type Begun struct {
	Address  string `json:"-"` // where the browser goes
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

// Begin begins a sign-in.
func (p *Provider) Begin() Begun {
	b := Begun{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	b.Address = p.flow.AuthCodeURL(b.State, oidc.Nonce(b.Nonce), oauth2.S256ChallengeOption(b.Verifier))
	return b
}

// ErrNotValid is returned for a sign-in that the provider has not vouched for.
var ErrNotValid = errors.New("openid: the sign-in is not valid")

// Finish exchanges the code that the browser came back with for who somebody is. It is
// ErrNotValid if the provider's answer does not hold.
func (p *Provider) Finish(ctx context.Context, code string, b *Begun) (*Identity, error) {
	ctx = oidc.ClientContext(ctx, client)
	token, err := p.flow.Exchange(ctx, code, oauth2.VerifierOption(b.Verifier))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.Response.StatusCode < 500:
		return nil, fmt.Errorf("%w: the code is refused: %s", ErrNotValid, refused.ErrorCode)
	case err != nil:
		return nil, fmt.Errorf("exchange the code: %w", err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, fmt.Errorf("%w: there is no ID token", ErrNotValid)
	}
	verified, err := p.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotValid, err)
	}
	if subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(b.Nonce)) != 1 {
		return nil, fmt.Errorf("%w: the nonce is another", ErrNotValid)
	}
	return identify(verified, &p.settings)
}
