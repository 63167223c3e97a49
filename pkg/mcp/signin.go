package mcp

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
)

// SignIns are what gets tokens for the pool's servers.
func (p *Pool) SignIns() *oauth.Keeper { return p.o.SignIns }

// SignedIn has a server be connected to that waits for somebody to sign in. It does not wait.
func (p *Pool) SignedIn(server string) {
	c := p.client(server)
	if c == nil {
		return
	}
	c.mu.Lock()
	connected := c.state == Connected
	if connected {
		c.problem = "" // the token lacks nothing any more
	}
	c.mu.Unlock()
	if !connected {
		signal(c.again)
	}
}

// missingSignIn is the error of an error that says that somebody has to sign in, else nil.
func missingSignIn(err error) *oauth.SignInError {
	var missing *oauth.SignInError
	if errors.As(err, &missing) {
		return missing
	}
	return nil
}

// SignInPath is the page at which the holder of a virtual key begins a sign-in.
const SignInPath = "/mcp/sign-in"

// noSignIn says so to who has called a tool: with the page's address, where it is for them to
// sign in; else the connection is looked at, whose token is none any more.
func (c *client) noSignIn(t *Tool, missing *oauth.SignInError, caller http.Header) *api.Error {
	if c.server.OAuth.PerUser {
		return api.Errorf(api.KindUnavailable, "mcp_sign_in_required", "The tool %q works for you once you have signed in at %s.", t.Name, c.server.signInPage(caller))
	}
	c.mu.Lock()
	if c.state == Connected {
		c.problem = c.problemOf(missing)
	}
	c.mu.Unlock()
	signal(c.changed)
	return api.Errorf(api.KindUnavailable, "mcp_sign_in_required", "The tool %q cannot be used: %s.", t.Name, missing)
}

// signInPage is the address of the page for people who sign in.
func (s *Server) signInPage(caller http.Header) string {
	base := strings.TrimSuffix(s.PublicURL, "/")
	if base == "" {
		scheme := "http://"
		if strings.EqualFold(caller.Get("X-Forwarded-Proto"), "https") {
			scheme = "https://"
		}
		base = scheme + cmp.Or(caller.Get("Host"), "localhost")
	}
	return base + SignInPath + "?server=" + s.Name
}

// Owner is whose a caller's token is; "" for who has no virtual key.
func (c *Caller) Owner() string {
	if key := cmp.Or(c.VirtualKeyID, c.VirtualKey); key != "" {
		return "key " + key
	}
	return oauth.Nobody
}

// SignsIn returns how tokens are got of a server at which each caller signs in; nil for others.
func (p *Pool) SignsIn(server string) *oauth.Settings {
	c := p.client(server)
	if c == nil || c.server.OAuth == nil || !c.server.OAuth.PerUser {
		return nil
	}
	return c.server.OAuth
}

// callFor calls a tool for a caller: on the connection that there is, or, where each caller
// signs in, on one of the caller's own, since a server may tie a session to who began it. That
// is made for the call.
func (c *client) callFor(ctx context.Context, caller *Caller, params *sdk.CallToolParams) (*sdk.CallToolResult, error) {
	if c.server.OAuth == nil || !c.server.OAuth.PerUser {
		return c.callTool(ctx, params)
	}
	owner := caller.Owner()
	if owner == oauth.Nobody {
		return nil, api.Errorf(api.KindAuthentication, "virtual_key_required", "The MCP server %q wants to know who calls: send a virtual key.", c.server.Name)
	}
	// Not of ctx: that of a call by an MCP client knows that one's version of the protocol.
	life, end := context.WithCancel(c.life)
	defer end()
	defer context.AfterFunc(ctx, end)()
	session, done, err := c.openFor(life, owner)
	if err != nil {
		return nil, err
	}
	defer done()
	return session.CallTool(ctx, params)
}

// send sends a request, with a token where the server wants one. A token that the server
// does not take is renewed, and the request sent once more: it has not been looked at.
func (t *carrier) send(req *http.Request) (*http.Response, error) {
	settings := t.client.server.OAuth
	if settings == nil {
		return t.base.RoundTrip(req)
	}
	signIns, refused := t.client.pool.o.SignIns, ""
	for {
		token, err := signIns.Token(req.Context(), settings, t.owner, refused)
		missing := missingSignIn(err)
		switch {
		case err == nil:
			req.Header.Set("Authorization", "Bearer "+token)
		case missing == nil || t.owner != oauth.Nobody || !settings.PerUser:
			return nil, err
		}
		resp, err := t.base.RoundTrip(req)
		if err == nil && missing != nil && resp.StatusCode == http.StatusUnauthorized {
			_ = resp.Body.Close() // it says nothing that is of interest
			return nil, missing
		}
		if err == nil && token != "" {
			if scopes, insufficient := oauth.InsufficientScopes(resp); insufficient {
				_ = resp.Body.Close() // it says nothing more
				return nil, signIns.Want(req.Context(), settings, t.owner, scopes)
			}
		}
		if err != nil || resp.StatusCode != http.StatusUnauthorized || refused != "" {
			return resp, err
		}
		_ = resp.Body.Close() // it says nothing that is of interest
		if req, err = again(req); err != nil {
			return nil, err
		}
		refused = token
	}
}

// again is a request that can be sent once more.
func again(req *http.Request) (*http.Request, error) {
	next := req.Clone(req.Context())
	if req.Body == nil || req.Body == http.NoBody {
		return next, nil
	}
	if req.GetBody == nil {
		return nil, errors.New("the request cannot be sent once more")
	}
	body, err := req.GetBody()
	next.Body = body
	return next, err
}
