package control

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcp"
	"github.com/asbru-gateway/asbru/pkg/mcp/oauth"
)

// Sign-ins at MCP servers. Paths and answers are Bifrost's; the id of an OAuth configuration is
// that of its client.
const (
	mcpCallbackPath = "/api/oauth/callback"
	finishMCPSignIn = "finish-mcp-sign-in"
	pendingOAuth    = "pending_oauth"
)

func (c *Control) mcpSignInRoutes() {
	huma.Register(c.api, at(http.MethodPost, "/api/mcp/client/{id}/authorize", "begin-mcp-sign-in",
		"Begin a sign-in at an MCP server: tells where a browser is to go"), c.beginSignIn)
	huma.Register(c.api, at(http.MethodPost, "/api/mcp/client/{id}/complete-oauth", "complete-mcp-sign-in",
		"End a sign-in that a browser has come back from, and connect to the server"), c.completeSignIn)
	back := at(http.MethodGet, mcpCallbackPath, finishMCPSignIn, "Where the authorization server of an MCP server sends a browser back to")
	back.Security, back.DefaultStatus = []map[string][]string{{}}, http.StatusFound
	huma.Register(c.api, back, c.finishSignIn)
	huma.Register(c.api, at(http.MethodGet, "/api/oauth/config/{id}/status", "get-oauth-status", "How it stands with the sign-in at an MCP server"), c.signInStatus)
	huma.Register(c.api, at(http.MethodDelete, "/api/oauth/config/{id}", "revoke-oauth-config",
		"Give up all tokens for an MCP server, and have its authorization server do so"), c.revokeSignIn)
}

// SignInBegun is where a browser is to go.
type SignInBegun struct {
	Status        string    `json:"status" enum:"pending_oauth"`
	Message       string    `json:"message"`
	AuthorizeURL  string    `json:"authorize_url" doc:"Where a browser is to go."`
	OAuthConfigID string    `json:"oauth_config_id"`
	MCPClientID   string    `json:"mcp_client_id"`
	ExpiresAt     time.Time `json:"expires_at" doc:"Until when the sign-in can be brought to its end."`
}

// signInSchemas are members of the answer to who has made a client that one signs in at.
var signInSchemas = map[string]*huma.Schema{
	"status":          {Type: "string", Enum: []any{pendingOAuth}, Description: "Somebody has to sign in; absent where nobody has."},
	"authorize_url":   {Type: "string", Description: "Where a browser is to go; absent where the server cannot be asked yet."},
	"oauth_config_id": {Type: "string"},
	"mcp_client_id":   {Type: "string"},
	"expires_at":      {Type: "string", Format: "date-time"},
}

type signInBegunOutput struct{ Body SignInBegun }

func (c *Control) beginSignIn(ctx context.Context, in *mcpInput) (*signInBegunOutput, error) {
	server, cfg, err := c.signInServer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	begun, err := c.begin(ctx, in.ID, server, cfg)
	if err != nil {
		return nil, refuse(http.StatusServiceUnavailable, "oauth_not_begun", "The sign-in cannot begin: "+err.Error())
	}
	return &signInBegunOutput{*begun}, nil
}

// beginFirstSignIn begins a sign-in at a server that was just made. Where that fails the
// server is there all the same.
func (c *Control) beginFirstSignIn(ctx context.Context, id string) (map[string]any, error) {
	server, cfg, err := c.mcpServer(ctx, id)
	if err != nil || server.OAuth == nil || c.o.Tools == nil {
		return nil, nil //nolint:nilerr // one that is switched off needs none
	}
	out := map[string]any{"status": pendingOAuth, "oauth_config_id": id, "mcp_client_id": id}
	begun, err := c.begin(ctx, id, server, cfg)
	if err != nil {
		out["message"] = "The client is made. A sign-in cannot begin: " + err.Error()
		return out, nil //nolint:nilerr // the answer tells it
	}
	out["message"], out["authorize_url"], out["expires_at"] = begun.Message, begun.AuthorizeURL, begun.ExpiresAt
	return out, nil
}

func (c *Control) begin(ctx context.Context, id string, server *mcp.Server, cfg *config.Config) (*SignInBegun, error) {
	by, known := signsInAs(ctx)
	begun, err := c.o.Tools.SignIns().Begin(ctx, server.OAuth, oauth.Beginning{By: by, Waits: !known, Redirect: callbackOf(ctx, cfg)})
	if err != nil {
		return nil, err
	}
	message := "Open authorize_url in this browser, and sign in."
	if !known {
		message = "Open authorize_url in a browser, sign in, and then ask for complete-oauth."
	}
	return &SignInBegun{
		Status: pendingOAuth, Message: message, AuthorizeURL: begun.Address, OAuthConfigID: id, MCPClientID: id, ExpiresAt: begun.Until,
	}, nil
}

// signsInAs is who asks, as a sign-in remembers it, and whether the browser that comes back
// can show to be the same: it can by its session.
func signsInAs(ctx context.Context) (by string, known bool) {
	caller := account.Of(ctx)
	if caller.Session != "" {
		return "session " + caller.Session, true
	}
	return caller.Kind + " " + caller.ID, false
}

// callbackOf is where browsers are sent back to.
func callbackOf(ctx context.Context, cfg *config.Config) string {
	base := strings.TrimSuffix(cfg.Client.MCPExternalClientURL, "/")
	return cmp.Or(base, browserIn(ctx).origin) + mcpCallbackPath
}

// signInServer finds a server that one signs in at.
func (c *Control) signInServer(ctx context.Context, id string) (*mcp.Server, *config.Config, error) {
	server, cfg, err := c.mcpServer(ctx, id)
	switch {
	case err != nil:
		return nil, nil, err
	case server.OAuth == nil || c.o.Tools == nil:
		return nil, nil, refuse(http.StatusNotFound, "oauth_not_configured", "Nobody signs in at this client's server: its auth_type is another.")
	}
	return server, cfg, nil
}

type signInAnswer struct {
	State  string `query:"state" maxLength:"200"`
	Code   string `query:"code" maxLength:"4096"`
	Issuer string `query:"iss" maxLength:"500"`
	Error  string `query:"error" maxLength:"200"`
}

type signInBack struct {
	Location string `header:"Location"`
}

// mcpPage is the UI's page of MCP servers.
const mcpPage = "/ui/mcp"

func (c *Control) finishSignIn(ctx context.Context, in *signInAnswer) (*signInBack, error) {
	if c.o.Tools == nil {
		return nil, refuse(http.StatusNotFound, "oauth_not_configured", "There are no MCP servers here.")
	}
	by, known := signsInAs(ctx)
	if !known {
		by = ""
	}
	back, err := c.o.Tools.SignIns().Return(ctx, oauth.Answer{State: in.State, Code: in.Code, Issuer: in.Issuer, Error: in.Error, By: by})
	if err != nil {
		return nil, c.signInRefused(err)
	}
	signedIn := "done"
	if back.Waits {
		signedIn = "complete-oauth"
	} else {
		c.signedIn(ctx, back.Server)
	}
	return &signInBack{Location: mcpPage + "?client=" + back.Server + "&signed_in=" + signedIn}, nil
}

// signedIn enters a sign-in into the audit, and has the server be connected to.
func (c *Control) signedIn(ctx context.Context, server string) {
	c.changed(ctx, "/api/oauth/config/"+server, nil, json.RawMessage(`{"signed_in":true}`))
	c.o.Tools.SignedIn(server)
}

// signInRefused is the answer to a sign-in that does not come to its end.
func (c *Control) signInRefused(err error) error {
	switch {
	case errors.Is(err, oauth.ErrNotBegun):
		return refuse(http.StatusBadRequest, "oauth_not_begun", sentenceOf(err))
	case errors.Is(err, oauth.ErrNotYours):
		return refuse(http.StatusForbidden, "oauth_not_yours", "Somebody else has begun this sign-in, or this browser is signed in at the gateway no more.")
	case errors.Is(err, oauth.ErrIssuer), errors.Is(err, oauth.ErrRefused):
		return refuse(http.StatusForbidden, "oauth_refused", sentenceOf(err))
	case errors.Is(err, oauth.ErrNotBack):
		return refuse(http.StatusConflict, "oauth_not_back", sentenceOf(err))
	}
	c.log.Error("a sign-in at an MCP server has failed", "error", err)
	return refuse(http.StatusServiceUnavailable, "oauth_unavailable", "The sign-in could not be brought to its end. Begin again.")
}

// sentenceOf is an error as a sentence.
func sentenceOf(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func (c *Control) completeSignIn(ctx context.Context, in *mcpInput) (*mcpOutput, error) {
	server, _, err := c.signInServer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	by, _ := signsInAs(ctx)
	keeper := c.o.Tools.SignIns()
	err = keeper.Complete(ctx, server.OAuth, oauth.Nobody, by)
	if errors.Is(err, oauth.ErrNotBegun) { // the browser that came back has brought it to its end, perhaps
		status, looked := keeper.Status(ctx, server.OAuth, oauth.Nobody)
		if looked == nil && status.State == oauth.Authorized {
			err = nil
		}
	}
	if err != nil {
		return nil, c.signInRefused(err)
	}
	c.signedIn(ctx, server.Name)
	out := &mcpOutput{}
	out.Body.Status, out.Body.Message = "success", "MCP client signed in successfully"
	return out, nil
}

// OAuthStatus is how it stands with a sign-in. It holds no token.
type OAuthStatus struct {
	ID             string     `json:"id"`
	Status         string     `json:"status" enum:"none,pending,returned,authorized,expired,revoked,failed" doc:"pending: a browser was sent to the authorization server. returned: it has come back, and complete-oauth is to be asked for."`
	Error          string     `json:"error,omitempty" doc:"Why the last sign-in has failed."`
	ExpiresAt      *time.Time `json:"expires_at,omitempty" doc:"Until when a sign-in that has begun can be brought to its end."`
	AuthorizedAt   *time.Time `json:"authorized_at,omitempty"`
	TokenExpiresAt *time.Time `json:"token_expires_at,omitempty"`
	TokenRenews    bool       `json:"token_renews" doc:"The token is renewed by itself before it ends."`
	TokenScopes    []string   `json:"token_scopes,omitempty"`
	WantedScopes   []string   `json:"wanted_scopes,omitempty" doc:"Scopes that the server wants besides, for some of its tools: the next sign-in asks for them."`
	Issuer         string     `json:"issuer,omitempty" doc:"The authorization server."`
}

type oauthStatusOutput struct{ Body OAuthStatus }

func (c *Control) signInStatus(ctx context.Context, in *mcpInput) (*oauthStatusOutput, error) {
	server, _, err := c.signInServer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	s, err := c.o.Tools.SignIns().Status(ctx, server.OAuth, oauth.Nobody)
	if err != nil {
		return nil, c.explain("read how it stands with the sign-in", err)
	}
	return &oauthStatusOutput{OAuthStatus{
		ID: in.ID, Status: s.State, Error: s.Problem, ExpiresAt: moment(s.Until), AuthorizedAt: moment(s.Since), TokenExpiresAt: moment(s.Expires),
		TokenRenews: s.Renews, TokenScopes: s.Scopes, WantedScopes: s.Wanted, Issuer: s.Issuer,
	}}, nil
}

// moment is a time that may be none.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (c *Control) revokeSignIn(ctx context.Context, in *mcpInput) (*mcpOutput, error) {
	server, _, err := c.signInServer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := c.o.Tools.SignIns().Revoke(ctx, server.OAuth); err != nil {
		return nil, c.explain("revoke the tokens", err)
	}
	c.changed(ctx, "/api/oauth/config/"+in.ID, json.RawMessage(`{"signed_in":true}`), nil)
	reconnecting, cancel := context.WithCancel(ctx)
	cancel() // nobody waits for it
	_ = c.o.Tools.Reconnect(reconnecting, server.Name)
	out := &mcpOutput{}
	out.Body.Status, out.Body.Message = "success", "OAuth token revoked successfully"
	return out, nil
}

// besideTrial reads, before a change is made, what is in force beside a revision on trial; the
// change ends that trial, and with it goes what the trial has left out. It returns nil where
// nothing is on trial.
func (c *Control) besideTrial(ctx context.Context) func() *config.Config {
	none := func() *config.Config { return nil }
	if c.o.Tools == nil {
		return none
	}
	at, err := c.o.Config.Pointer(ctx)
	if err != nil || at.Stage == nil { // that it cannot be read, the change will say
		return none
	}
	return func() *config.Config { return c.readableAt(ctx, at.Revision) }
}

// forgetSignIns gives up the tokens of MCP servers that a configuration has no more. That they
// could not be is in the log: the change is made all the same.
func (c *Control) forgetSignIns(ctx context.Context, earlier func() *config.Config, cfg *config.Config) {
	if c.o.Tools == nil {
		return
	}
	before := earlier()
	if before == nil {
		return // it had none that could be signed in at
	}
	ctx = context.WithoutCancel(ctx) // who has deleted it may leave
	for i := range before.MCP.Clients {
		was := &before.MCP.Clients[i]
		if !was.SignsIn() || slices.ContainsFunc(cfg.MCP.Clients, func(m config.MCPClient) bool { return m.Name == was.Name }) {
			continue
		}
		private := was.AllowPrivateNetworks || before.MCP.AllowPrivateNetworks
		ended, err := c.o.Tools.SignIns().Remove(ctx, &oauth.Settings{Server: was.Name, Private: private})
		if err != nil {
			c.log.Error("the tokens of an MCP server that was deleted are still there", "mcp", was.Name, "error", err)
			continue
		}
		if ended > 0 {
			c.changed(ctx, "/api/oauth/config/"+was.Name, json.RawMessage(`{"signed_in":true}`), nil)
		}
	}
}
