package command

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/mcpserver"
	"github.com/asbru-gateway/asbru/pkg/otlp"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
)

// follow ties the node to the cluster until ctx ends.
func (n *node) follow(ctx context.Context, running *sync.WaitGroup) error {
	running.Go(func() { n.usage.Run(ctx) }) // first: calls are taken already
	running.Go(func() { n.said.Run(ctx) })
	running.Go(func() { n.limits.teller.Run(ctx) })
	running.Go(func() { n.incidents.Run(ctx) })
	running.Go(func() { followApprovals(ctx, n.conn, n.tools) })
	if slices.Contains(n.roles, "edge") {
		running.Go(func() { followSignIns(ctx, n.conn, n.tools) }) // the others have no servers that one signs in at
		running.Go(n.serveTestCalls)
	}
	running.Go(func() { n.acceptFormer(ctx) })
	running.Go(func() { n.serveMCP(ctx) })
	if err := n.hearPurges(ctx, running); err != nil {
		return err
	}
	keys := virtualkey.NewFollower(n.keys, keyListener{n})
	if err := keys.Open(); err != nil {
		return err
	}
	running.Go(func() { keys.Run(ctx) })
	running.Go(func() {
		if err := n.follower.Run(ctx); err != nil {
			n.log.Error("the configuration is not followed", "error", err)
		}
	})
	running.Go(func() { n.tellChanges(ctx) })
	running.Go(func() {
		tick := time.NewTicker(pluginsEvery)
		defer tick.Stop()
		n.retryPlugins(ctx, tick.C)
	})
	running.Go(func() { n.beater.Run(ctx) })
	return nil
}

// keyListener has the node hear of virtual keys.
type keyListener struct{ n *node }

func (l keyListener) Changed(c virtualkey.Change) {
	l.n.gateway.VirtualKeyChanged(c)
	l.n.heardOf(c.Revision)
}

func (l keyListener) Missed() { l.n.gateway.VirtualKeysMissed() }

func (l keyListener) Heard(revision uint64, before time.Time) {
	l.n.gateway.VirtualKeysHeard(before)
	l.n.heardOf(revision)
}

// heardOf tells the cluster which virtual keys the node has heard of.
func (n *node) heardOf(revision uint64) {
	if revision > n.heard.Load() {
		n.heard.Store(revision)
		n.beater.Now()
	}
}

// tellChanges has the node's state told whenever its configuration changes.
func (n *node) tellChanges(ctx context.Context) {
	for {
		_, changed := n.follower.Status()
		select {
		case <-changed:
			n.beater.Now()
		case <-ctx.Done():
			return
		}
	}
}

// apply puts a configuration of the cluster in force.
func (n *node) apply(d *config.Document, revision uint64) error {
	cfg, notes, err := d.Config(builtIn)
	if err != nil {
		return err
	}
	tell(notes, n.log)
	if err := n.putInForce(cfg, revision); err != nil {
		return err
	}
	n.edge.Configure(cfg.Client)
	n.mcp.Configure(mcpserver.SettingsOf(cfg))
	n.connectTools(cfg)
	n.catalog.Follow(catalogSettings(cfg))
	n.sender.Follow(otlp.SettingsOf(&cfg.Telemetry, n.name, n.version))
	n.webhooksAnywhere.Store(cfg.Webhooks.AllowPrivateNetworks)
	n.beater.Now()
	n.log.Info("configuration applied", "revision", revision, "providers", n.gateway.Providers())
	return nil
}
