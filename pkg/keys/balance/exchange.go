package balance

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/asbru-gateway/asbru/pkg/keys"
	"github.com/asbru-gateway/asbru/pkg/redis"
)

//go:embed exchange.lua
var source string

var script = redis.NewScript(source, true)

// exchange is a node's part in the balance of one provider's keys.
type exchange struct {
	provider string
	number   uint64      // of the last offer
	offer    *keys.Offer // sent, but it is not known to have arrived
	due      time.Time   // when to exchange although no call was made
	present  bool        // the provider is configured
	reply    []keys.Debt
}

// exchange sends each provider's offer and takes what comes back. An offer that
// may not have arrived is sent again, and no other before it.
func (k *Keys) exchange(ctx context.Context, node keys.Node, all bool) {
	if k.run == nil {
		return
	}
	now := time.Now()
	resting := k.resting(now)
	var sent []*exchange
	var calls []redis.Call
	for _, e := range k.exchanges {
		e.present = false
	}
	node.Sets(func(provider string, set *keys.Set) {
		e := k.exchanges[provider]
		if e == nil {
			e = &exchange{provider: provider}
			k.exchanges[provider] = e
		}
		e.present = true
		if e.offer == nil {
			offer := set.Give(now.UnixNano(), all)
			if offer.Idle() && now.Before(e.due) && resting[provider] == nil {
				return
			}
			e.number++
			e.offer = &offer
		}
		sent = append(sent, e)
		calls = append(calls, k.call(e, resting[provider], now))
	})
	for provider, e := range k.exchanges {
		if !e.present {
			delete(k.exchanges, provider)
		}
	}
	if len(calls) == 0 {
		return
	}
	k.run(ctx, calls)
	for i, e := range sent {
		if calls[i].Err == nil {
			k.received(node, e, calls[i])
			e.due = now.Add(everyIdle)
		}
	}
	node.Sets(func(provider string, set *keys.Set) {
		if e := k.exchanges[provider]; e != nil && e.reply != nil {
			set.Take(time.Now().UnixNano(), e.reply)
			e.reply = nil
		}
	})
}

// poolCalls is how many calls of mean cost the pool may hold of a key even when
// two seconds of traffic are less.
const poolCalls = 128

// call is the script's run for an offer.
func (k *Keys) call(e *exchange, resting map[string]*refusal, now time.Time) redis.Call {
	tag := "asbru:{pk" + e.provider + "}:"
	o := e.offer
	args := make([]any, 0, 4+8*len(o.Debts))
	args = append(args, e.number, o.Cost, o.Mean*poolCalls, o.Room)
	for _, d := range o.Debts {
		rest, reason := int64(0), ""
		if r := resting[d.ID]; r != nil {
			rest, reason = r.until.Sub(now).Milliseconds(), r.reason
		}
		dark, probe := int64(0), 0
		if d.Breaker.Says == keys.Opened {
			dark = max(d.Breaker.Until-now.UnixNano(), 0) / int64(time.Millisecond)
		}
		if d.Breaker.Probe {
			probe = 1
		}
		args = append(args, d.ID, d.Owed, d.Used, rest, reason, int(d.Breaker.Says), dark, probe)
	}
	return redis.Call{Script: script, Keys: []string{tag + "pool", tag + "node:" + k.name}, Args: args}
}

// fields is how much comes back of each key.
const fields = 7

// received notes what came back for an offer. Its debts are taken later, so that
// no set is reloaded in between; its cool-downs hold from now on.
func (k *Keys) received(node keys.Node, e *exchange, call redis.Call) {
	debts := e.offer.Debts
	e.offer = nil
	values, ok := call.Reply.([]any)
	if !ok || len(values) != fields*len(debts) {
		k.log.Error("keys: Redis gave something else than was asked for", "reply", fmt.Sprintf("%T", call.Reply))
		return
	}
	now := time.Now()
	for i := range debts {
		d, of := &debts[i], values[fields*i:]
		d.Owed, _ = of[0].(int64)
		d.Used, _ = of[1].(int64)
		rest, _ := of[2].(int64)
		reason, _ := of[3].(string)
		if rest > 0 {
			node.Cool(e.provider, d.ID, now.Add(within(rest)), reason)
		}
		open, _ := of[4].(int64)
		dark, _ := of[5].(int64)
		probe, _ := of[6].(int64)
		said := d.Breaker
		d.Breaker = k.heardOf(open, dark, probe, now)
		k.announce(e.provider, d.ID, said, d.Breaker)
	}
	e.reply = debts
}
