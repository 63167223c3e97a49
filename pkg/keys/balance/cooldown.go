package balance

import (
	"encoding/json"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/keys"
)

// named is a provider's key.
type named struct{ provider, key string }

// refusal is a cool-down that a call of this node has met.
type refusal struct {
	until  time.Time
	reason string
	told   bool // on NATS
}

// notice is the body of a [bus.KeyCooldown].
type notice struct {
	RestMS int64  `json:"rest_ms"`
	Reason string `json:"reason,omitempty"`
}

const (
	// worthTelling is how much longer a known cool-down must last to be told anew:
	// many calls are refused together, each a little later than the one before.
	worthTelling = 250 * time.Millisecond
	// longest bounds what another node can bring about.
	longest = time.Hour
)

// Cooled notes that a key was refused to a call of this node and rests until
// then; the other nodes are told. It does not wait.
func (k *Keys) Cooled(provider, key string, until time.Time, reason string) {
	of := named{provider, key}
	k.mu.Lock()
	r := k.met[of]
	news := r == nil || until.Sub(r.until) > worthTelling
	if news {
		k.met[of] = &refusal{until: until, reason: reason}
	}
	k.mu.Unlock()
	if !news {
		return
	}
	select {
	case k.news <- struct{}{}:
	default:
	}
}

// resting returns the cool-downs that are in force, by provider and key, and
// forgets the others.
func (k *Keys) resting(now time.Time) map[string]map[string]*refusal {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all map[string]map[string]*refusal
	for of, r := range k.met {
		if !r.until.After(now) {
			delete(k.met, of)
			continue
		}
		if all == nil {
			all = map[string]map[string]*refusal{}
		}
		if all[of.provider] == nil {
			all[of.provider] = map[string]*refusal{}
		}
		all[of.provider][of.key] = r
	}
	return all
}

// tell publishes the cool-downs that are not told yet. One that cannot be sent now
// is tried again with the next exchange.
func (k *Keys) tell() {
	if k.bus == nil {
		return
	}
	now := time.Now()
	for provider, of := range k.resting(now) {
		for key, r := range of {
			if r.told {
				continue
			}
			body, err := json.Marshal(notice{RestMS: r.until.Sub(now).Milliseconds(), Reason: r.reason})
			if err != nil {
				continue // there is no such notice
			}
			m := &nats.Msg{Subject: bus.KeyCooldown.At(provider, key), Data: body, Header: nats.Header{}}
			m.Header.Set(bus.HeaderNode, k.bus.Node())
			r.told = k.bus.Control.NATS.PublishMsg(m) == nil
		}
	}
}

// listen applies what other nodes tell until the function it returns is called.
func (k *Keys) listen(node keys.Node) (end func()) {
	if k.bus == nil {
		return func() {}
	}
	var subscriptions []*nats.Subscription
	for subject, heard := range map[string]func(keys.Node, *nats.Msg){
		bus.KeyCooldown.All(): k.hearRefusal, bus.KeyBreaker.All(): k.hearBreaker,
	} {
		s, err := k.bus.Control.NATS.Subscribe(subject, func(m *nats.Msg) { heard(node, m) })
		if err != nil {
			k.log.Error("keys: what other nodes tell of keys is heard late", "error", err)
			continue
		}
		subscriptions = append(subscriptions, s)
	}
	return func() {
		for _, s := range subscriptions {
			_ = s.Unsubscribe() // it fails only once the connection is closed
		}
	}
}

// hearRefusal applies another node's cool-down.
func (k *Keys) hearRefusal(node keys.Node, m *nats.Msg) {
	of, ok := bus.KeyCooldown.Values(m.Subject)
	var n notice
	if !ok || m.Header.Get(bus.HeaderNode) == k.bus.Node() || json.Unmarshal(m.Data, &n) != nil || n.RestMS <= 0 {
		return
	}
	node.Cool(of[0], of[1], time.Now().Add(within(n.RestMS)), n.Reason)
}

func within(ms int64) time.Duration {
	return time.Duration(min(ms, longest.Milliseconds())) * time.Millisecond
}
