package gateway

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/keys"
)

// Keys shares provider keys with other nodes. Package keys/balance has one.
type Keys interface {
	// Run shares the keys of the gateway until ctx ends. It is called once.
	Run(ctx context.Context, node keys.Node)
	// Cooled is told that a provider has refused a key to a call of this gateway, and
	// until when the key rests. It does not wait.
	Cooled(provider, key string, until time.Time, reason string)
}

// keyNode is the gateway as those see it who share its keys.
type keyNode struct{ gateway *Gateway }

// Sets implements keys.Node. No configuration is applied meanwhile.
func (n keyNode) Sets(f func(provider string, set *keys.Set)) {
	n.gateway.applying.Lock()
	defer n.gateway.applying.Unlock()
	for _, p := range n.gateway.snapshot.Load().ordered {
		f(p.Name, p.keys)
	}
}

// Cool implements keys.Node. What is not configured here is of no concern.
func (n keyNode) Cool(provider, key string, until time.Time, reason string) {
	if p := n.gateway.snapshot.Load().providers[provider]; p != nil {
		p.keys.CoolByID(key, until.UnixNano(), reason)
	}
}

// Break implements keys.Node.
func (n keyNode) Break(provider, key string, broken bool, until time.Time) {
	if p := n.gateway.snapshot.Load().providers[provider]; p != nil {
		p.keys.BreakByID(key, broken, until.UnixNano())
	}
}
