package control

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/openid"
)

func (c *Control) oidcExamineRoutes() {
	huma.Register(c.api, at(http.MethodPost, oidcPath+"/test", "test-oidc", "Try the sign-in at the OpenID provider step by step, as far as nobody need sign in for it"), c.examineOIDC)
}

type examineOIDCInput struct {
	Body struct {
		Groups []string `json:"groups,omitempty" maxItems:"200" doc:"Groups of somebody: the answer says which role and teams they would have."`
	}
}

// OIDCStep is what came of one step of a sign-in.
type OIDCStep struct {
	Step    string `json:"step" enum:"discovery,keys,client,redirect,roles"`
	OK      bool   `json:"ok"`
	Message string `json:"message"`
}

// OIDCExamined is what came of all of them.
type OIDCExamined struct {
	Steps []OIDCStep `json:"steps" doc:"Those that could be tried. Where one is wrong, those that need it are left out."`
	Role  string     `json:"role,omitempty" doc:"Of who is in the groups given; absent: they may not sign in."`
	Teams []string   `json:"teams,omitempty" doc:"That they are confined to; absent: none."`
}

type examineOIDCOutput struct{ Body OIDCExamined }

func (c *Control) examineOIDC(ctx context.Context, in *examineOIDCInput) (*examineOIDCOutput, error) {
	cfg := c.configOrNone(ctx).Auth.OIDC
	if cfg.Issuer == "" {
		return nil, refuse(http.StatusNotFound, "oidc_not_configured", "No OpenID provider is configured (auth.oidc).")
	}
	out := &examineOIDCOutput{}
	e := &out.Body
	e.Steps = append(c.examineProvider(ctx, &cfg), redirectStep(cfg.RedirectURL, browserIn(ctx).origin))
	if in.Body.Groups == nil {
		return out, nil
	}
	role, teams := granted(in.Body.Groups, &cfg)
	step := OIDCStep{"roles", role != account.NoRole, "None of these groups has a role here, or a team."}
	if step.OK {
		e.Role, e.Teams = role.String(), teams
		step.Message = "They give the role " + e.Role + "."
		if len(teams) > 0 {
			step.Message = "They give the role " + e.Role + ", confined to " + strings.Join(teams, ", ") + "."
		}
	}
	e.Steps = append(e.Steps, step)
	return out, nil
}

// examineProvider asks the provider for what a sign-in needs of it.
func (c *Control) examineProvider(ctx context.Context, cfg *config.OIDC) []OIDCStep {
	p, err := openid.Discover(ctx, oidcSettings(cfg))
	if err != nil {
		return []OIDCStep{{"discovery", false, begin(err.Error())}}
	}
	steps := []OIDCStep{{"discovery", true, "The provider tells of itself at its issuer's address."}}
	if n, err := p.Keys(ctx); err != nil {
		steps = append(steps, OIDCStep{"keys", false, err.Error()})
	} else {
		steps = append(steps, OIDCStep{"keys", true, fmt.Sprintf("It publishes %d to sign with.", n)})
	}
	if err := p.KnowsClient(ctx); err != nil {
		return append(steps, OIDCStep{"client", false, err.Error()})
	}
	return append(steps, OIDCStep{"client", true, "It knows the client by this id and secret."})
}

// begin is the beginning of a message, which may have in it what a server has answered.
func begin(message string) string {
	const most = 300
	return strings.ToValidUTF8(message[:min(len(message), most)], "")
}

// redirectStep looks whether people come back to here; origin is how this request has called us.
func redirectStep(redirect, origin string) OIDCStep {
	const callback = oidcPath + "/callback"
	at, err := url.Parse(redirect)
	switch {
	case err != nil || at.Path != callback:
		return OIDCStep{"redirect", false, "redirect_url does not lead to " + callback + "."}
	case at.Scheme+"://"+at.Host != origin:
		return OIDCStep{"redirect", false, "People would come back to " + at.Scheme + "://" + at.Host + ", and this page is at " + origin + ". A session that is begun there is none here."}
	}
	return OIDCStep{"redirect", true, "People come back to where this page is. The provider must allow the address, too."}
}
