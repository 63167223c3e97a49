package command

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/report"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/webhook"
)

// newReports makes who sends reports in this process.
func (d *desk) newReports(m *telemetry.Metrics) *report.Sender {
	return report.NewSender(report.Options{
		Config: func(ctx context.Context) (*config.Config, error) { return d.control.NewestConfig(ctx) },
		Store:  d.store.Load,
		Names:  func(ctx context.Context) report.Names { return d.control.Names(ctx) },
		Turn: func(ctx context.Context, what string) (func(), bool, error) {
			return bus.Lease(ctx, d.conn, what, turnFor)
		},
		Queue: webhook.NewQueue(d.conn).Notify, Try: d.sender.Try, Metrics: m, Log: d.log,
	})
}
