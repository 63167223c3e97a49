package command

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/asbru-gateway/asbru/edge"
	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/limits/memory"
	sharedlimits "github.com/asbru-gateway/asbru/pkg/limits/redis"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

// counts is where limits are counted: in Redis for all nodes, or in this process
// where it is the only one.
type counts struct {
	limits.Limiter
	redis *redis.Client // nil: in this process
}

// openCounts opens the counts in Redis; without URLs they are in this process.
// nodes is how many nodes take calls.
func openCounts(urls string, nodes func() int, log *slog.Logger) (*counts, error) {
	if urls == "" {
		return &counts{Limiter: memory.New(memory.Options{})}, nil
	}
	client, err := redis.Open(urls, redis.Options{Log: log})
	if err != nil {
		return nil, fmt.Errorf("--redis: %w", err)
	}
	shared := sharedlimits.New(sharedlimits.Options{Redis: client, Nodes: nodes, Log: log})
	return &counts{Limiter: limits.NewLeases(shared, limits.LeaseOptions{Nodes: nodes}), redis: client}, nil
}

// close gives back what was taken ahead.
func (c *counts) close() error {
	err := c.Close()
	if c.redis != nil {
		err = errors.Join(err, c.redis.Close())
	}
	return err
}

// dependency is what /readyz shows of it.
func (c *counts) dependency() (edge.Dependency, bool) {
	if c.redis == nil {
		return edge.Dependency{}, false
	}
	d := edge.Dependency{Name: "redis", Status: "connected", OK: true}
	if !c.redis.Up() {
		d.Status, d.OK = "not reached: each limit's policy decides", false
	}
	return d, true
}
