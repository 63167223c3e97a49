package command

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/webhook"
)

// sendWebhooks delivers webhooks until ctx ends, by the configuration that keepPools
// has read last.
func (d *desk) sendWebhooks(ctx context.Context, m *telemetry.Metrics) {
	webhook.NewSender(d.conn, webhook.Options{Settings: d.signing.Load, Metrics: m, Log: d.log}).Run(ctx)
}
