package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/oauthex"

	"github.com/asbru-gateway/asbru/pkg/egress"
)

// Endpoints are where a server's authorization server is, and what is to be told it.
type Endpoints struct {
	Issuer    string   `json:"issuer,omitempty"` // "" where the configuration says all
	Authorize string   `json:"authorize"`
	Token     string   `json:"token"`
	Register  string   `json:"register,omitempty"`
	Revoke    string   `json:"revoke,omitempty"`
	Resource  string   `json:"resource"` // the resource indicator (RFC 8707)
	Scopes    []string `json:"scopes,omitempty"`
	// SaysIssuer: the answer to a sign-in names the issuer (RFC 9207).
	SaysIssuer bool `json:"says_issuer,omitempty"`
	// Methods are how clients may show who they are; empty: not said.
	Methods []string `json:"methods,omitempty"`
}

// discover finds a server's authorization server: by the metadata that the server names or
// has at the usual places (RFC 9728), then by that of the authorization server (RFC 8414,
// OpenID Connect Discovery).
func discover(ctx context.Context, c *http.Client, s *Settings) (*Endpoints, error) {
	e := &Endpoints{Authorize: s.AuthorizeURL, Token: s.TokenURL, Register: s.RegistrationURL, Resource: s.Resource, Scopes: s.Scopes}
	if e.Authorize == "" || e.Token == "" {
		if err := e.ask(ctx, c, s); err != nil {
			return nil, err
		}
	}
	for name, address := range map[string]string{"authorization": e.Authorize, "token": e.Token, "registration": e.Register, "revocation": e.Revoke} {
		if address == "" {
			continue
		}
		if err := egress.CheckURL(address, s.Private); err != nil {
			return nil, fmt.Errorf("the %s endpoint that the authorization server names cannot be used: %w", name, err)
		}
	}
	return e, nil
}

// errMetadata says no more, since the text of the error is the server's.
var errMetadata = errors.New("the metadata of the authorization server cannot be read, is another's, or has no PKCE")

// ask asks the server, and the authorization server that it names.
func (e *Endpoints) ask(ctx context.Context, c *http.Client, s *Settings) error {
	named, wanted := challenge(ctx, c, s.Resource)
	issuer, supported := "", []string(nil)
	if resource := protectedResource(ctx, c, named, s.Resource); resource != nil {
		if len(resource.AuthorizationServers) == 0 {
			return errors.New("the MCP server's metadata names no authorization server")
		}
		issuer, supported, e.Resource = resource.AuthorizationServers[0], resource.ScopesSupported, resource.Resource
	} else if named != "" {
		return errors.New("the metadata that the MCP server names cannot be read, or is another's")
	}
	if e.Scopes == nil {
		if e.Scopes = wanted; len(wanted) == 0 {
			e.Scopes = supported
		}
	}
	if issuer == "" {
		return e.askRoot(ctx, c, s)
	}
	if err := egress.CheckURL(issuer, s.Private); err != nil {
		return fmt.Errorf("the authorization server that the MCP server names cannot be used: %w", err)
	}
	meta, err := auth.GetAuthServerMetadata(ctx, issuer, c)
	switch {
	case err != nil:
		return errMetadata
	case meta == nil:
		return errors.New("the authorization server has no metadata")
	}
	return e.take(meta, s)
}

// askRoot takes the MCP server for its own authorization server, as the protocol's version of
// 2025-03-26 has it, with the addresses that it sets where nothing is told.
func (e *Endpoints) askRoot(ctx context.Context, c *http.Client, s *Settings) error {
	at, err := url.Parse(s.Resource)
	if err != nil {
		return errors.New("the server's URL cannot be read")
	}
	root := at.Scheme + "://" + at.Host
	meta, err := auth.GetAuthServerMetadata(ctx, root, c)
	switch {
	case err != nil:
		return errMetadata
	case meta == nil:
		meta = &oauthex.AuthServerMeta{
			Issuer: root, AuthorizationEndpoint: root + "/authorize", TokenEndpoint: root + "/token", RegistrationEndpoint: root + "/register",
			CodeChallengeMethodsSupported: []string{"S256"},
		}
	}
	return e.take(meta, s)
}

// take takes over what an authorization server says of itself. What the configuration says
// goes before it.
func (e *Endpoints) take(meta *oauthex.AuthServerMeta, s *Settings) error {
	if !slices.Contains(meta.CodeChallengeMethodsSupported, "S256") {
		return errors.New("the authorization server cannot do PKCE with S256")
	}
	e.Issuer, e.Revoke = meta.Issuer, meta.RevocationEndpoint
	e.SaysIssuer, e.Methods = meta.AuthorizationResponseIssParameterSupported, meta.TokenEndpointAuthMethodsSupported
	for _, of := range []struct{ mine, theirs *string }{
		{&e.Authorize, &meta.AuthorizationEndpoint}, {&e.Token, &meta.TokenEndpoint}, {&e.Register, &meta.RegistrationEndpoint},
	} {
		if *of.mine == "" {
			*of.mine = *of.theirs
		}
	}
	if s.Scopes == nil && slices.Contains(meta.ScopesSupported, "offline_access") && !slices.Contains(e.Scopes, "offline_access") {
		e.Scopes = append(slices.Clone(e.Scopes), "offline_access")
	}
	return nil
}

// challenge asks a server without a token, and returns the metadata and the scopes that it
// names in its refusal (RFC 9728, section 5.1).
func challenge(ctx context.Context, c *http.Client, server string) (metadata string, scopes []string) {
	const hello = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server, strings.NewReader(hello))
	if err != nil {
		return "", nil
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	resp, err := c.Do(req)
	if err != nil {
		return "", nil // the usual places are left
	}
	_ = resp.Body.Close() // nothing of it is of interest
	if resp.StatusCode != http.StatusUnauthorized {
		return "", nil
	}
	challenges, err := oauthex.ParseWWWAuthenticate(resp.Header.Values("WWW-Authenticate"))
	if err != nil {
		return "", nil
	}
	for _, one := range challenges {
		if one.Scheme == "bearer" && scopes == nil {
			scopes = strings.Fields(one.Params["scope"])
		}
		if metadata == "" {
			metadata = one.Params["resource_metadata"]
		}
	}
	return metadata, scopes
}

// protectedResource reads a server's metadata, nil if there is none that is its own.
func protectedResource(ctx context.Context, c *http.Client, named, server string) *oauthex.ProtectedResourceMetadata {
	type place struct{ metadata, resource string }
	var places []place
	at, err := url.Parse(server)
	if err != nil {
		return nil
	}
	const wellKnown = "/.well-known/oauth-protected-resource"
	root := at.Scheme + "://" + at.Host
	if named != "" {
		places = append(places, place{named, server}, place{named, root})
	}
	if path := strings.TrimLeft(at.Path, "/"); path != "" {
		places = append(places, place{root + wellKnown + "/" + path, server})
	}
	places = append(places, place{root + wellKnown, root}, place{root + wellKnown, root + "/"})
	for _, p := range places {
		meta, err := oauthex.GetProtectedResourceMetadata(ctx, p.metadata, p.resource, c)
		if err == nil {
			return meta
		}
	}
	return nil
}
