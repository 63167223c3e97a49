package balance

import (
	"encoding/json"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/keys"
)

// breakerNotice is the body of a [bus.KeyBreaker].
type breakerNotice struct {
	Open   bool  `json:"open"`
	RestMS int64 `json:"rest_ms,omitempty"` // until a probe is due
}

// holdTime is how long after an exchange no node sends a probe unless it was granted
// one. While Redis is away, each sends its own.
const holdTime = 2 * time.Second

// heardOf turns what the script gives of a breaker into what a set is told.
func (k *Keys) heardOf(open, rest, probe int64, now time.Time) keys.Word {
	w := keys.Word{Says: keys.Closed, Until: now.Add(max(within(rest), k.hold)).UnixNano(), Probe: probe == 1}
	if open == 1 {
		w.Says = keys.Opened
	}
	return w
}

// announce tells the other nodes at once what has come of a breaker here. If that
// fails they hear of it with their next exchange.
func (k *Keys) announce(provider, key string, said, now keys.Word) {
	if k.bus == nil || said.Says == keys.Nothing || said.Says != now.Says {
		return // or it is not known to be so everywhere
	}
	n := breakerNotice{Open: said.Says == keys.Opened}
	if n.Open {
		n.RestMS = max(time.Until(time.Unix(0, said.Until)), 0).Milliseconds()
	}
	body, err := json.Marshal(n)
	if err != nil {
		return // there is no such notice
	}
	m := &nats.Msg{Subject: bus.KeyBreaker.At(provider, key), Data: body, Header: nats.Header{}}
	m.Header.Set(bus.HeaderNode, k.bus.Node())
	if err := k.bus.Control.NATS.PublishMsg(m); err != nil {
		k.log.Debug("keys: a breaker is told late", "provider", provider, "key", key, "error", err)
	}
}

// hearBreaker applies another node's word on a breaker.
func (k *Keys) hearBreaker(node keys.Node, m *nats.Msg) {
	of, ok := bus.KeyBreaker.Values(m.Subject)
	var n breakerNotice
	if !ok || m.Header.Get(bus.HeaderNode) == k.bus.Node() || json.Unmarshal(m.Data, &n) != nil || n.RestMS < 0 {
		return
	}
	node.Break(of[0], of[1], n.Open, time.Now().Add(within(n.RestMS)))
}
