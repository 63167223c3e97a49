package mcp

import (
	"errors"
	"net/http"

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

// noSignIn says so to who has called a tool. That the token is none any more has the
// connection looked at, too.
func (c *client) noSignIn(t *Tool, missing *oauth.SignInError) *api.Error {
	signal(c.changed)
	return api.Errorf(api.KindUnavailable, "mcp_sign_in_required", "The tool %q cannot be used: %s.", t.Name, missing)
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
		token, err := signIns.Token(req.Context(), settings, oauth.Nobody, refused)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := t.base.RoundTrip(req)
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
