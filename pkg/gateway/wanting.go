package gateway

// Hot path.

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/limits"
)

// wanting collects what a call wants of limits. What it is expected to use is worked
// out when a limit asks for it.
type wanting struct {
	call     *Call
	taking   *taking
	expected api.Usage // not known yet while it is not Known
	cost     int64
	costs    bool // cost is known
}

// wanting begins to collect what is to be taken in a step.
func (c *Call) wanting(t *taking) wanting {
	t.reset()
	return wanting{call: c, taking: t}
}

func (w *wanting) limit(l *limits.Limit) {
	want := limits.Want{Limit: l, Amount: 1}
	if l.Kind != limits.Requests && !w.expected.Known {
		w.expected = w.call.likely()
	}
	switch l.Kind {
	case limits.Tokens:
		want.Amount = w.expected.Total()
	case limits.Money:
		if !w.costs {
			w.cost, w.costs = w.call.costOf(&w.expected), true
		}
		want.Amount = w.cost
	}
	w.taking.wants = append(w.taking.wants, want)
}

func (w *wanting) all(ls []limits.Limit) {
	for i := range ls {
		w.limit(&ls[i])
	}
}

func (w *wanting) party(p *party) {
	if p == nil {
		return
	}
	for _, l := range p.limits {
		w.limit(l)
	}
}

// caller collects what is the same whoever answers: of the user, the virtual key, its
// team and those above, its customer, and the end user.
func (w *wanting) caller() {
	id := w.call.identity
	if id == nil {
		return
	}
	w.all(id.limits)
	if b := w.call.belongs; b != nil {
		w.party(b.user)
		w.party(b.group)
	}
	if id.rules != nil {
		w.endUser(id)
	}
}

// candidate collects what the candidate that is tried wants: of the provider, the
// model, and of the virtual key at the provider.
func (w *wanting) candidate() {
	c := w.call
	to := &c.candidates[c.at]
	l := c.snapshot.levels
	if len(l.providers) > 0 {
		w.all(l.providers[to.provider.Name])
	}
	if len(l.models) > 0 && to.model != "" {
		w.all(l.models[modelAt{"", to.model}])
		w.all(l.models[modelAt{to.provider.Name, to.model}])
	}
	if c.identity != nil && c.identity.bounded {
		if g := c.identity.grant(to.provider.Name); g != nil {
			w.all(g.limits)
		}
	}
}

// longestUser bounds the name of an end user: callers choose it.
const longestUser = 128

// endUser collects what the end user may use whom the call is for. Its limits are made
// for the call: there may be any number of users.
func (w *wanting) endUser(id *Identity) {
	if !id.rules.perUser {
		return
	}
	c := w.call
	if c.User == "" && !c.relays() {
		c.User = userInBody(c.Body)
	}
	if c.User == "" {
		return
	}
	name := c.User
	if len(name) > longestUser || !wellFormed(name) {
		digest := sha256.Sum256([]byte(name))
		name = hex.EncodeToString(digest[:])
	}
	w.all(id.limitsOfEndUser(string([]byte(name))))
}

// userInBody returns what the member user of a JSON body says, "" where it does not.
func userInBody(body []byte) (user string) {
	_, err := jsonx.ScanObject(body, func(m jsonx.Member) error {
		if string(m.Key) == `user` {
			user, _ = m.At.Of(body).Str()
		}
		return nil
	})
	if err != nil {
		return ""
	}
	return user
}
