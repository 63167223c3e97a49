package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// WatchNodes learns from the server which nodes are gone, some tenths of a millisecond
// after the last of their connections has died, tells all nodes on [NodeDown], and
// calls down if it is not nil. It returns when ctx ends. What happens while the server
// cannot be reached is not told: heartbeats tell it a little later.
//
// Only a node with the role Control may call it, and only where the servers are ours:
// those of others do not let a node into their system account.
func WatchNodes(ctx context.Context, c *Conn, down func(node string)) error {
	if hasUser(c.options.URLs) {
		return errors.New("nats: this server does not tell who leaves; heartbeats do")
	}
	id := identity{role: Admin, node: c.options.Node, link: "watch"}
	l, err := dial(ctx, c.options, id, c.log, func() {})
	if err != nil {
		return err
	}
	defer l.close()
	events := make(chan *nats.Msg, 8192) // a whole cluster that comes and goes at once
	for _, s := range []*Subject{clientConnected, clientGone} {
		if _, err := l.NATS.ChanSubscribe(s.All(), events); err != nil {
			return fmt.Errorf("nats: watch nodes: %w", err)
		}
	}
	seen := presence{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-events:
			node, gone := seen.hear(m.Data)
			if !gone {
				continue
			}
			if err := c.Control.NATS.Publish(NodeDown.At(node), nil); err != nil {
				c.log.Warn("nats: a node is gone, and the others cannot be told", "node", node, "error", err)
			}
			if down != nil {
				down(node)
			}
		}
	}
}

// links are the connections that each node has.
const links = 3

// presence is what is known of nodes' connections: by node and link, when the newest
// one began, and whether it is over.
type presence map[string]map[string]connection

type connection struct {
	began time.Time
	over  bool
}

// serverShutdown is the reason of connections that end because their server does; its
// nodes go to another one.
const serverShutdown = "Server Shutdown"

// hear takes the server's word on a connection, and returns the node that has none
// left.
func (p presence) hear(event []byte) (node string, gone bool) {
	var said struct {
		Type   string `json:"type"`
		Client struct {
			Name  string    `json:"name"`
			Start time.Time `json:"start"`
		} `json:"client"`
		Reason string `json:"reason"`
	}
	if json.Unmarshal(event, &said) != nil {
		return "", false
	}
	id, ok := parseName(said.Client.Name)
	if !ok || id.role == Admin {
		return "", false
	}
	over := said.Type == server.DisconnectEventMsgType
	if over && said.Reason == serverShutdown {
		return "", false
	}
	conns := p[id.node]
	if conns == nil {
		conns = map[string]connection{}
		p[id.node] = conns
	}
	if said.Client.Start.Before(conns[id.link].began) {
		return "", false // an older one, noticed late, of a node that is back already
	}
	conns[id.link] = connection{began: said.Client.Start, over: over}
	n := 0
	for _, c := range conns {
		if c.over {
			n++
		}
	}
	if n < links {
		return "", false
	}
	delete(p, id.node)
	return id.node, true
}
