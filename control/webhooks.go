package control

import (
	"context"
	"errors"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) webhookRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/webhooks/secret", "get-webhook-secret",
		"Show the secret that webhooks are verified with, unless the configuration has one"), c.webhookSecret)
}

type webhookSecretOutput struct {
	Body struct {
		Source string `json:"source" enum:"derived,configuration" doc:"Where the secret comes from."`
		Secret string `json:"secret,omitempty" doc:"The secret, when it is derived from the cluster's secret key."`
	}
}

func (c *Control) webhookSecret(ctx context.Context, _ *struct{}) (*webhookSecretOutput, error) {
	out := &webhookSecretOutput{}
	_, document, err := c.o.Config.Newest(ctx)
	switch {
	case errors.Is(err, rollout.ErrNone):
	case err != nil:
		return nil, c.explain("read the configuration", err)
	default:
		cfg, _, err := c.o.Check(document)
		if err != nil {
			return nil, c.explain("read the configuration", err)
		}
		if cfg.Webhooks.Secret != "" {
			out.Body.Source = "configuration"
			return out, nil
		}
	}
	out.Body.Source, out.Body.Secret = "derived", c.o.WebhookSecret.Reveal()
	return out, nil
}
