package gateway

// Hot path where rules are configured.

import (
	"strings"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/limits"
	"github.com/asbru-gateway/asbru/pkg/routing"
)

// fullness is how full limits were when this node last asked for them, so that rules can go
// by it without asking. The zero value is ready. Safe for concurrent use.
type fullness struct {
	mu  sync.RWMutex
	all map[string]full
}

type full struct {
	percent float64
	until   time.Time // when the period has passed since
}

// maxFullness bounds how many limits are remembered.
const maxFullness = 100_000

// note takes what a limiter has said of wants.
func (f *fullness) note(wants []limits.Want, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil {
		f.all = map[string]full{}
	}
	for i := range wants {
		l := wants[i].Limit
		_, known := f.all[l.ID]
		if l.Max <= 0 || !known && len(f.all) >= maxFullness {
			continue
		}
		id := l.ID
		if !known {
			id = strings.Clone(id)
		}
		at := full{percent: 100 * float64(l.Max-max(wants[i].Remaining, 0)) / float64(l.Max), until: now.Add(forever)}
		if reset := l.Reset(now); reset > 0 {
			at.until = now.Add(reset)
		}
		f.all[id] = at
	}
}

// of returns how full a limit was, in percent; 0 where that is not known.
func (f *fullness) of(l *limits.Limit, now time.Time) float64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	at, ok := f.all[l.ID]
	if !ok || now.After(at.until) {
		return 0
	}
	return at.percent
}

var kindsOfLimits = [...]limits.Kind{routing.Money: limits.Money, routing.Tokens: limits.Tokens, routing.Requests: limits.Requests}

// usedOf is how full the fullest of the caller's limits of a kind is, in percent: of
// the virtual key, its user, its team and those above, its customer.
func (c *Call) usedOf(kind routing.Kind) (most float64) {
	if c.identity == nil {
		return 0
	}
	of := kindsOfLimits[kind]
	for i := range c.identity.limits {
		if l := &c.identity.limits[i]; l.Kind == of {
			most = max(most, c.gateway.fullness.of(l, c.began))
		}
	}
	b := c.belongs
	if b == nil {
		return most
	}
	for _, p := range [...]*party{b.user, b.group} {
		if p == nil {
			continue
		}
		for _, l := range p.limits {
			if l.Kind == of {
				most = max(most, c.gateway.fullness.of(l, c.began))
			}
		}
	}
	return most
}
