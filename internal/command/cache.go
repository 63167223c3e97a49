package command

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/cache"
	sharedneighbours "github.com/asbru-gateway/asbru/pkg/cache/postgres"
	sharedcache "github.com/asbru-gateway/asbru/pkg/cache/redis"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nuid"
)

// purgeTimeout is how long the server may take to confirm that it has the request.
const purgeTimeout = 5 * time.Second

// purgeCaches has every node forget answers that it keeps.
func purgeCaches(c *bus.Conn, s cache.Selection) error {
	body, err := json.Marshal(purge{s, nuid.Next()})
	if err == nil {
		err = c.Control.NATS.Publish(bus.CachePurge.At(), body)
	}
	if err == nil {
		err = c.Control.NATS.FlushTimeout(purgeTimeout)
	}
	if err != nil {
		return fmt.Errorf("purge the caches: %w", err)
	}
	return nil
}

// purge is the body of a message on bus.CachePurge.
type purge struct {
	cache.Selection

	ID string `json:"id,omitempty"`
}

// waitingPurges are purges that wait for the one before to be over, before more hold up those
// of the node's memory.
const waitingPurges = 64

// sharedPurgeTimeout bounds the purge of the cache that nodes share: it may be large.
const sharedPurgeTimeout = 5 * time.Minute

// sharedAnswers is where answers can be kept for all nodes; nil: there is no such place.
func (n *node) sharedAnswers() cache.Shared {
	if n.limits.redis == nil {
		return nil
	}
	return sharedcache.New(n.limits.redis, n.secret)
}

// neighbours opens the place where all nodes know what requests mean.
func neighbours(url string) (cache.SharedNeighbours, error) { return sharedneighbours.Open(url) }

// hearPurges has the node forget what it is told to. It ends with the connection, and what it
// has begun with ctx.
func (n *node) hearPurges(ctx context.Context, running *sync.WaitGroup) error {
	shared := make(chan purge, waitingPurges)
	running.Go(func() {
		for {
			select {
			case p := <-shared:
				n.purgeShared(ctx, p)
			case <-ctx.Done():
				return
			}
		}
	})
	_, err := n.conn.Control.NATS.Subscribe(bus.CachePurge.At(), func(m *nats.Msg) {
		var p purge
		if err := json.Unmarshal(m.Data, &p); err != nil {
			n.log.Warn("a purge of the cache cannot be read; all is forgotten", "error", err)
			p = purge{}
		}
		n.log.Info("cached answers are forgotten", "entries", n.gateway.PurgeCache(p.Selection))
		n.beater.Now()
		select {
		case shared <- p:
		case <-ctx.Done():
		}
	})
	if err != nil {
		return fmt.Errorf("listen for purges of the cache: %w", err)
	}
	return nil
}

// purgeShared forgets what all nodes share, unless another node does.
func (n *node) purgeShared(ctx context.Context, p purge) {
	ctx, cancel := context.WithTimeout(ctx, sharedPurgeTimeout)
	defer cancel()
	if err := n.gateway.PurgeSharedCache(ctx, p.Selection, p.ID); err != nil && ctx.Err() == nil {
		n.log.Warn("cached answers that nodes share could not be forgotten; they stay until their time is up", "error", err)
	}
}
