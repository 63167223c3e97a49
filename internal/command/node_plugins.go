package command

import (
	"context"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// applied is the configuration that a node has put in force last.
type applied struct {
	mu       sync.Mutex // held while one is put in force
	config   *config.Config
	revision uint64
}

// putInForce has the gateway work by a configuration. What a plugin is made of may be missing
// on this node: the plugin is then done without, as its on_error says.
func (n *node) putInForce(cfg *config.Config, revision uint64) error {
	n.applied.mu.Lock()
	defer n.applied.mu.Unlock()
	return n.applyWithPlugins(cfg, revision)
}

func (n *node) applyWithPlugins(cfg *config.Config, revision uint64) error {
	if err := fetchArtefacts(context.Background(), n.artefacts, cfg); err != nil {
		n.log.Warn("an artefact of a plugin cannot be fetched", "error", err)
	}
	if err := n.gateway.ApplyRevision(cfg, revision); err != nil {
		return err
	}
	n.applied.config, n.applied.revision = cfg, revision
	return nil
}

// pluginsEvery is how often it is looked whether plugins can be used that were missing.
const pluginsEvery = 30 * time.Second

// retryPlugins puts the configuration in force anew while plugins are missing, each time that it
// is due, until ctx ends.
func (n *node) retryPlugins(ctx context.Context, due <-chan time.Time) {
	for {
		select {
		case <-due:
			n.retryAbsent()
		case <-ctx.Done():
			return
		}
	}
}

func (n *node) retryAbsent() {
	if !n.gateway.PluginsAbsent() {
		return
	}
	n.applied.mu.Lock()
	defer n.applied.mu.Unlock()
	if n.applied.config == nil {
		return
	}
	if err := n.applyWithPlugins(n.applied.config, n.applied.revision); err != nil {
		n.log.Warn("plugins that are missing could not be tried again", "error", err)
	}
}
