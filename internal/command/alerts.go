package command

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/limits/threshold"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/telemetry"
	"github.com/asbru-gateway/asbru/pkg/webhook"
)

// turnFor is how long a control may look after alerts, or reports, while others wait.
const turnFor = time.Minute

// newWatcher makes who looks after alerts in this process.
func (d *desk) newWatcher(m *telemetry.Metrics) *alert.Watcher {
	return alert.NewWatcher(alert.Options{
		Node:      d.conn.Node(),
		Config:    func(ctx context.Context) (*config.Config, error) { return d.control.NewestConfig(ctx) },
		Nodes:     d.nodes.List,
		Connected: d.conn.Control.NATS.IsConnected,
		Turn: func(ctx context.Context, what string) (func(), bool, error) {
			return bus.Lease(ctx, d.conn, what, turnFor)
		},
		Queue: webhook.NewQueue(d.conn), Direct: d.sender, Metrics: m, Log: d.log,
	})
}

// recordedWithin is how long an event may take to be recorded before it is told again.
const recordedWithin = 20 * time.Second

// watchAlerts looks after alerts until ctx ends.
func (d *desk) watchAlerts(ctx context.Context, running *sync.WaitGroup) {
	running.Go(func() { d.alerts.Run(ctx) })
	running.Go(func() {
		bus.Follow(ctx, d.conn, bus.EventAlerts, d.log, func(ctx context.Context, e *threshold.Event) error {
			return d.tell(ctx, alert.OfThreshold(e))
		})
	})
	running.Go(func() {
		var refusals alert.Guard
		bus.Follow(ctx, d.conn, bus.GuardAlerts, d.log, func(ctx context.Context, i *plugin.Incident) error {
			if s, news := refusals.Of(i, time.Now()); news {
				return d.tell(ctx, s)
			}
			return nil
		})
	})
}

func (d *desk) tell(ctx context.Context, s alert.Signal) error {
	ctx, cancel := context.WithTimeout(ctx, recordedWithin)
	defer cancel()
	return d.alerts.Tell(ctx, s)
}

// givenUp has it alerted of that a revision on trial was given up.
func (d *desk) givenUp(ctx context.Context, revision uint64, reason string) {
	err := d.tell(ctx, alert.Signal{
		Kind: alert.ConfigFailed, Subject: fmt.Sprintf("revision %d", revision), Until: time.Now().Add(time.Hour),
		Summary: fmt.Sprintf("Revision %d was on trial, and was given up: %s.", revision, reason),
	})
	if err != nil {
		d.log.Warn("that a revision was given up is alerted of late", "revision", revision, "error", err)
	}
}
