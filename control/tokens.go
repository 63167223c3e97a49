package control

import (
	"context"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/danielgtaylor/huma/v2"
)

const tokensPath = "/api/tokens"

func (c *Control) tokenRoutes() {
	huma.Register(c.api, at(http.MethodGet, tokensPath, "list-tokens", "List the API tokens"), c.listTokens)
	huma.Register(c.api, at(http.MethodPost, tokensPath, "create-token", "Make an API token"), c.createToken)
	huma.Register(c.api, at(http.MethodGet, tokensPath+"/{id}", "get-token", "Show an API token"), c.getToken)
	huma.Register(c.api, at(http.MethodPut, tokensPath+"/{id}", "update-token", "Change an API token: what is not sent stays"), c.updateToken)
	huma.Register(c.api, at(http.MethodDelete, tokensPath+"/{id}", "delete-token", "Delete an API token: it stops working at once"), c.deleteToken)
}

// Token is an API token as the admin API shows it.
type Token struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Value     string     `json:"value" doc:"The token itself in the answer that made it; its last four characters ever after." example:"****k3x7"`
	Role      string     `json:"role" enum:"viewer,operator,admin"`
	Teams     []string   `json:"teams,omitempty" doc:"Ids of the teams that it is confined to; absent: none."`
	CreatedBy string     `json:"created_by"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	UsedAt    *time.Time `json:"used_at,omitempty" doc:"To the minute or so."`
}

func shownToken(t *account.Token) Token {
	return Token{
		ID: t.ID, Name: t.Name, Value: "****" + t.Last4, Role: t.Role.String(), Teams: t.Teams, CreatedBy: t.Creator,
		CreatedAt: t.Created, ExpiresAt: givenTime(t.Expires), UsedAt: givenTime(t.Used),
	}
}

type tokensOutput struct {
	Body struct {
		Tokens []Token `json:"tokens"`
	}
}

func (c *Control) listTokens(ctx context.Context, _ *struct{}) (*tokensOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	tokens, err := s.Accounts().Tokens(ctx)
	if err != nil {
		return nil, c.explain("list the API tokens", err)
	}
	out := &tokensOutput{}
	out.Body.Tokens = make([]Token, len(tokens))
	for i := range tokens {
		out.Body.Tokens[i] = shownToken(&tokens[i])
	}
	return out, nil
}

type tokenOutput struct {
	Body struct {
		Message string `json:"message,omitempty"`
		Token   Token  `json:"token"`
	}
}

func tokenAs(message string, t *account.Token) *tokenOutput {
	out := &tokenOutput{}
	out.Body.Message, out.Body.Token = message, shownToken(t)
	return out
}

// TokenPath names an API token.
type TokenPath struct {
	ID string `path:"id" maxLength:"100"`
}

func (c *Control) getToken(ctx context.Context, in *TokenPath) (*tokenOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	t, err := s.Accounts().Token(ctx, in.ID)
	if err != nil {
		return nil, c.explain("find the API token", err)
	}
	return tokenAs("", t), nil
}

type createTokenInput struct {
	Body struct {
		Name      string     `json:"name" minLength:"1" maxLength:"200" pattern:"^\\S(.*\\S)?$"`
		Role      string     `json:"role" enum:"viewer,operator,admin"`
		Teams     []string   `json:"teams,omitempty" maxItems:"100" doc:"Ids of the teams that it is confined to."`
		ExpiresAt *time.Time `json:"expires_at,omitempty"`
	}
}

func (c *Control) createToken(ctx context.Context, in *createTokenInput) (*tokenOutput, error) {
	b := &in.Body
	role, err := account.ParseRole(b.Role)
	if err != nil {
		return nil, invalid("body.role", err.Error())
	}
	t := &account.Token{Name: b.Name, Role: role, Teams: b.Teams, Creator: account.Of(ctx).Name}
	if b.ExpiresAt != nil {
		t.Expires = b.ExpiresAt.UTC()
	}
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	value, err := c.guard.Issue(ctx, s.Accounts(), t)
	if err != nil {
		return nil, c.explain("keep the API token", err)
	}
	c.changed(ctx, tokensPath+"/"+t.ID, nil, shownToken(t))
	out := tokenAs("Token created", t)
	out.Body.Token.Value = value
	return out, nil
}

type updateTokenInput struct {
	TokenPath
	Body struct {
		Name      *string    `json:"name,omitempty" minLength:"1" maxLength:"200" pattern:"^\\S(.*\\S)?$"`
		Role      *string    `json:"role,omitempty" enum:"viewer,operator,admin"`
		Teams     *[]string  `json:"teams,omitempty" maxItems:"100" doc:"Empty: confined to none."`
		ExpiresAt *time.Time `json:"expires_at,omitempty"`
	}
}

func (c *Control) updateToken(ctx context.Context, in *updateTokenInput) (*tokenOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	t, err := s.Accounts().Token(ctx, in.ID)
	if err != nil {
		return nil, c.explain("find the API token", err)
	}
	was := shownToken(t)
	set(&t.Name, in.Body.Name)
	set(&t.Teams, in.Body.Teams)
	if in.Body.Role != nil {
		if t.Role, err = account.ParseRole(*in.Body.Role); err != nil {
			return nil, invalid("body.role", err.Error())
		}
	}
	if in.Body.ExpiresAt != nil {
		t.Expires = in.Body.ExpiresAt.UTC()
	}
	if err := s.Accounts().ChangeToken(ctx, t); err != nil {
		return nil, c.explain("change the API token", err)
	}
	c.changed(ctx, tokensPath+"/"+t.ID, was, shownToken(t))
	return tokenAs("Token updated", t), nil
}

func (c *Control) deleteToken(ctx context.Context, in *TokenPath) (*doneOutput, error) {
	s, err := c.store()
	if err != nil {
		return nil, err
	}
	t, err := s.Accounts().Token(ctx, in.ID)
	if err == nil {
		err = s.Accounts().RemoveToken(ctx, in.ID)
	}
	if err != nil {
		return nil, c.explain("delete the API token", err)
	}
	c.changed(ctx, tokensPath+"/"+t.ID, shownToken(t), nil)
	return said("Token deleted"), nil
}
