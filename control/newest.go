package control

import (
	"context"
	"errors"
	"sync"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/rollout"
)

// newestConfig is the configuration of a revision, read and checked. A revision
// never changes.
type newestConfig struct {
	mu       sync.Mutex
	revision uint64
	config   *config.Config
}

// NewestConfig returns the newest configuration, an empty one before the first
// commit. It is read anew only when there is a newer revision, and must not be changed.
func (c *Control) NewestConfig(ctx context.Context) (*config.Config, error) {
	revision, err := c.o.Config.NewestRevision(ctx)
	if errors.Is(err, rollout.ErrNone) {
		return &config.Config{}, nil
	}
	if err != nil {
		return nil, err
	}
	n := &c.newest
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.revision == revision {
		return n.config, nil
	}
	_, d, err := c.o.Config.At(ctx, revision)
	if err != nil {
		return nil, err
	}
	cfg, _, err := c.o.Check(d)
	if err != nil {
		return nil, err
	}
	n.revision, n.config = revision, cfg
	return cfg, nil
}

// configOrNone is the newest configuration, or an empty one while it cannot be read.
func (c *Control) configOrNone(ctx context.Context) *config.Config {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		c.log.Warn("the configuration cannot be read; what is usual counts meanwhile", "error", err)
		return &config.Config{}
	}
	return cfg
}
