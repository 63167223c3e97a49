package control

import (
	"context"
	"net/http"
	"time"

	"github.com/asbru-gateway/asbru/pkg/webhook"
	"github.com/danielgtaylor/huma/v2"
)

// DeadWebhooks are the deliveries that were given up; *webhook.Queue has them.
type DeadWebhooks interface {
	Dead(ctx context.Context, behind uint64, limit int) ([]webhook.Dead, error)
	Again(ctx context.Context, id string) error
	Forget(ctx context.Context, id string) error
}

func (c *Control) webhookRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/webhooks/secret", "get-webhook-secret",
		"Show the secret that webhooks are verified with, unless the configuration has one"), c.webhookSecret)
	huma.Register(c.api, at(http.MethodGet, "/api/webhooks/dead", "list-dead-webhooks", "List webhooks that were given up, the oldest first"), c.deadWebhooks)
	huma.Register(c.api, at(http.MethodPost, "/api/webhooks/dead/{id}/retry", "retry-dead-webhook", "Deliver a webhook that was given up after all"), c.retryWebhook)
	huma.Register(c.api, at(http.MethodDelete, "/api/webhooks/dead/{id}", "forget-dead-webhook", "Forget a webhook that was given up"), c.forgetWebhook)
}

type webhookSecretOutput struct {
	Body struct {
		Source string `json:"source" enum:"derived,configuration" doc:"Where the secret comes from."`
		Secret string `json:"secret,omitempty" doc:"The secret, when it is derived from the cluster's secret key."`
	}
}

func (c *Control) webhookSecret(ctx context.Context, _ *struct{}) (*webhookSecretOutput, error) {
	out := &webhookSecretOutput{}
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	if cfg.Webhooks.Secret != "" {
		out.Body.Source = "configuration"
		return out, nil
	}
	out.Body.Source, out.Body.Secret = "derived", c.o.WebhookSecret.Reveal()
	return out, nil
}

type deadWebhooksInput struct {
	Behind uint64 `query:"behind" doc:"Only those behind this sequence."`
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"At most so many."`
}

// DeadWebhook is a webhook that was given up. What it says is its receiver's alone.
type DeadWebhook struct {
	Sequence uint64    `json:"sequence" doc:"Its place among those that were given up."`
	ID       string    `json:"id" doc:"The webhook-id that its receiver sees."`
	Host     string    `json:"host,omitempty" doc:"Where it was to go."`
	Reason   string    `json:"reason,omitempty" doc:"Why the last try failed."`
	Bytes    int       `json:"bytes" doc:"The size of its body."`
	Since    time.Time `json:"since" doc:"When it was given up. It is kept for 30 days."`
}

type deadWebhooksOutput struct {
	Body struct {
		Webhooks []DeadWebhook `json:"webhooks"`
	}
}

func (c *Control) deadWebhooks(ctx context.Context, in *deadWebhooksInput) (*deadWebhooksOutput, error) {
	letters, err := c.o.DeadWebhooks.Dead(ctx, in.Behind, in.Limit)
	if err != nil {
		return nil, c.explain("list the webhooks that were given up", err)
	}
	out := &deadWebhooksOutput{}
	out.Body.Webhooks = make([]DeadWebhook, 0, len(letters))
	for _, l := range letters {
		out.Body.Webhooks = append(out.Body.Webhooks, DeadWebhook(l))
	}
	return out, nil
}

type deadWebhookInput struct {
	ID string `path:"id"`
}

type deadWebhookOutput struct {
	Body struct {
		ID     string `json:"id"`
		Status string `json:"status" enum:"queued,forgotten"`
	}
}

func (c *Control) retryWebhook(ctx context.Context, in *deadWebhookInput) (*deadWebhookOutput, error) {
	return c.ofDeadWebhook("queue the webhook again", "queued", in.ID, c.o.DeadWebhooks.Again(ctx, in.ID))
}

func (c *Control) forgetWebhook(ctx context.Context, in *deadWebhookInput) (*deadWebhookOutput, error) {
	return c.ofDeadWebhook("forget the webhook", "forgotten", in.ID, c.o.DeadWebhooks.Forget(ctx, in.ID))
}

func (c *Control) ofDeadWebhook(doing, status, id string, err error) (*deadWebhookOutput, error) {
	if err != nil {
		return nil, c.explain(doing, err)
	}
	out := &deadWebhookOutput{}
	out.Body.ID, out.Body.Status = id, status
	return out, nil
}
