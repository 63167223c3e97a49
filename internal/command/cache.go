package command

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/cache"
	"github.com/nats-io/nats.go"
)

// purgeTimeout is how long the server may take to confirm that it has the request.
const purgeTimeout = 5 * time.Second

// purgeCaches has every node forget answers that it keeps.
func purgeCaches(c *bus.Conn, s cache.Selection) error {
	body, err := json.Marshal(s)
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

// hearPurges has the node forget what it is told to. It ends with the connection.
func (n *node) hearPurges() error {
	_, err := n.conn.Control.NATS.Subscribe(bus.CachePurge.At(), func(m *nats.Msg) {
		var s cache.Selection
		if err := json.Unmarshal(m.Data, &s); err != nil {
			n.log.Warn("a purge of the cache cannot be read; all is forgotten", "error", err)
			s = cache.Selection{}
		}
		n.log.Info("cached answers are forgotten", "entries", n.gateway.PurgeCache(s))
		n.beater.Now()
	})
	if err != nil {
		return fmt.Errorf("listen for purges of the cache: %w", err)
	}
	return nil
}
