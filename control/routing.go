package control

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/gateway"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/routing"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) routingRoutes() {
	huma.Register(c.api, at(http.MethodPost, "/api/routing/explain", "explain-routing", "Say where a request would go, and why, without making it"), c.explainRouting)
	huma.Register(c.api, at(http.MethodPost, "/api/routing/check-expression", "check-expression", "Say what is wrong with a rule's expression, and where, before it is saved"), c.checkExpression)
	huma.Register(c.api, at(http.MethodGet, "/api/logs/{id}/routing", "explain-call", "Say how a past call came where it went, as it was recorded, and where the same call would go now"), c.explainCall)
	huma.Register(c.api, at(http.MethodGet, "/api/routing/hits", "get-routing-hits", "Count the calls that each routing rule has decided, and where they went: of the last hour, unless a time is given"), c.routingHits)
}

type checkExpressionInput struct {
	Body struct {
		Expression string `json:"cel_expression" doc:"As in a routing rule." example:"model == \"gpt-5\""`
	}
}

type checkExpressionOutput struct {
	Body struct {
		Fault string `json:"fault,omitempty" doc:"What is wrong, as a save would say it; absent: nothing."`
	}
}

func (c *Control) checkExpression(_ context.Context, in *checkExpressionInput) (*checkExpressionOutput, error) {
	out := &checkExpressionOutput{}
	if err := routing.CheckExpression(in.Body.Expression); err != nil {
		out.Body.Fault = err.Error()
	}
	return out, nil
}

type explainInput struct {
	Body struct {
		Endpoint string            `json:"endpoint,omitempty" maxLength:"100" default:"chat_completion" doc:"What is asked for, as routing rules know it by request_type." example:"chat_completion"`
		Dialect  string            `json:"dialect,omitempty" maxLength:"100" doc:"Of the body. Default: OpenAI's." example:"anthropic"`
		Model    string            `json:"model,omitempty" maxLength:"500" doc:"Where the body does not say it." example:"openai/gpt-5-mini"`
		Stream   bool              `json:"stream,omitempty"`
		Body     json.RawMessage   `json:"body,omitempty" doc:"The request's body. With it the tokens are estimated, and rules see its members in params."`
		Headers  map[string]string `json:"headers,omitempty"`
		Params   map[string]string `json:"params,omitempty" doc:"Of the request's query."`
		Metadata map[string]string `json:"metadata,omitempty" doc:"As in the header x-asbru-metadata."`

		VirtualKeyID string `json:"virtual_key_id,omitempty" doc:"Who asks."`
		TeamID       string `json:"team_id,omitempty" doc:"Or somebody of this team, with no key's restrictions."`
		CustomerID   string `json:"customer_id,omitempty" doc:"Or of this customer."`
		UserID       string `json:"user_id,omitempty" doc:"Or this user."`
	}
}

type explainOutput struct{ Body gateway.Explanation }

func (c *Control) explainRouting(ctx context.Context, in *explainInput) (*explainOutput, error) {
	b := &in.Body
	q := &gateway.Question{
		Endpoint: b.Endpoint, Dialect: b.Dialect, Model: b.Model, Stream: b.Stream, Headers: b.Headers, Query: b.Params,
		KeyID: b.VirtualKeyID, Team: b.TeamID, Customer: b.CustomerID, User: b.UserID,
	}
	if string(b.Body) != "null" {
		q.Body = b.Body
	}
	q.Metadata = pairsOf(b.Metadata)
	e, err := c.explained(ctx, q)
	if err != nil {
		return nil, err
	}
	return &explainOutput{*e}, nil
}

// pairsOf writes metadata as the header x-asbru-metadata has it.
func pairsOf(metadata map[string]string) string {
	pairs := make([]string, 0, len(metadata))
	for _, name := range slices.Sorted(maps.Keys(metadata)) {
		pairs = append(pairs, name+"="+metadata[name])
	}
	return strings.Join(pairs, ",")
}

// explained says what would become of a request by the newest configuration. The virtual key is
// looked up by its id.
func (c *Control) explained(ctx context.Context, q *gateway.Question) (*gateway.Explanation, error) {
	if q.KeyID != "" {
		switch r, err := c.o.Keys.Find(ctx, q.KeyID); {
		case err == nil:
			q.Key = r
		case !errors.Is(err, virtualkey.ErrNotFound): // else it is one of the configuration, or unknown
			return nil, c.explain("find the virtual key", err)
		}
	}
	e, err := c.explainer(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	return e.Explain(ctx, q, c.o.Counts), nil
}

// explainer is a *gateway.Gateway, or a *gateway.Explainer.
type explainer interface {
	Explain(context.Context, *gateway.Question, limits.Reader) *gateway.Explanation
}

// explainer is who explains requests by the newest configuration: the gateway in this
// process if it has it, since it knows how providers are.
func (c *Control) explainer(ctx context.Context) (explainer, error) {
	revision, err := c.o.Config.NewestRevision(ctx)
	if err != nil && !errors.Is(err, rollout.ErrNone) {
		return nil, err
	}
	if g := c.o.Gateway; g != nil && g.Revision() == int64(revision) {
		return g, nil
	}
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, err
	}
	return c.explaining.at(cfg, revision)
}

// explaining is an explainer with the configuration that it was asked for last.
type explaining struct {
	mu        sync.Mutex
	explainer *gateway.Explainer
	config    *config.Config
}

func (e *explaining) at(cfg *config.Config, revision uint64) (*gateway.Explainer, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.explainer == nil {
		e.explainer = gateway.NewExplainer()
	}
	if e.config != cfg {
		if err := e.explainer.Apply(cfg, revision); err != nil {
			return nil, err
		}
		e.config = cfg
	}
	return e.explainer, nil
}
