package alert

import (
	"fmt"
	"sync"
	"time"

	"github.com/asbru-gateway/asbru/pkg/plugin"
)

// guardQuiet is after how long without another refusal the alert of a guardrail is over, and
// guardEvery how often one that goes on is heard of: there may be many.
const (
	guardQuiet = 15 * time.Minute
	guardEvery = time.Minute
)

// Guard tells of guardrails that refuse calls. The zero value is ready. Safe for concurrent use.
type Guard struct {
	mu    sync.Mutex
	heard map[string]time.Time // when a rule was last told of
}

// Of returns the signal of an incident; false where there is none: nothing was refused, or it
// was told a moment ago that the rule refuses.
func (g *Guard) Of(i *plugin.Incident, now time.Time) (Signal, bool) {
	if !i.Blocked {
		return Signal{}, false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if last, known := g.heard[i.Rule]; known && now.Sub(last) < guardEvery {
		return Signal{}, false
	}
	const most = 1000
	if g.heard == nil || len(g.heard) > most {
		g.heard = map[string]time.Time{}
	}
	g.heard[i.Rule] = now
	what := "requests"
	if i.Side == "output" {
		what = "answers"
	}
	return Signal{
		Kind: GuardBlocks, Subject: i.Rule, Until: now.Add(guardQuiet),
		Summary: fmt.Sprintf("The guardrail %s refuses %s (%s), last of the model %s.", i.Rule, what, i.Check, i.Model),
	}, true
}
