package alert

import (
	"context"
	"fmt"
	"time"
)

// own are the alerts of what a control alone knows: that it reaches NATS or the store
// no more. They are in its memory and told without a queue, since neither the record nor
// the queue can be relied on then. A control that begins anew begins anew with them.
type own struct {
	open    map[string]Alert
	waiting []Notice
}

// pingTimeout is how long the store may take to answer.
const pingTimeout = 3 * time.Second

func (w *Watcher) lookAtOwn(ctx context.Context, rules []Rule, channels []Channel) {
	in := Input{Now: w.o.Now(), Channels: channels}
	for _, r := range rules {
		if r.Kind.local() {
			in.Rules = append(in.Rules, r)
		}
	}
	away := w.storeAway(ctx)
	in.Look = func(r *Rule) ([]Signal, bool) {
		switch {
		case r.Kind == NATSAway && !w.o.Connected():
			return []Signal{{Kind: NATSAway, Subject: w.o.Node, Summary: fmt.Sprintf(
				"Control %s does not reach NATS. The configuration is frozen; nodes go on with what they have.", w.o.Node)}}, true
		case r.Kind == StoreAway && away:
			return []Signal{{Kind: StoreAway, Subject: w.o.Node, Summary: fmt.Sprintf(
				"Control %s does not reach the store. What calls use waits in NATS; nothing can be looked up.", w.o.Node)}}, true
		}
		return nil, true
	}
	for _, a := range w.own.open {
		in.Open = append(in.Open, a)
	}
	out := Step(&in)
	w.own.keep(&out)
	w.say(in.Now, &out)
	w.sendOwn(ctx, channels)
}

// storeAway says whether the store does not answer. Where it is not open yet it is away.
func (w *Watcher) storeAway(ctx context.Context) bool {
	r := w.Record()
	if r == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	_, err := r.Due(ctx, time.Time{}, 1) // nothing is due
	return err != nil
}

// keep takes over what a step has found.
func (o *own) keep(c *Changes) {
	if o.open == nil {
		o.open = map[string]Alert{}
	}
	for _, list := range [][]Alert{c.Made, c.Changed} {
		for i := range list {
			o.open[list[i].ID] = list[i]
			if list[i].State == Resolved {
				delete(o.open, list[i].ID)
			}
		}
	}
	for _, id := range c.Gone {
		delete(o.open, id)
	}
	o.waiting = append(o.waiting, c.Notices...)
}

// sendOwn sends what is due, and keeps what could not be sent for a later try.
func (w *Watcher) sendOwn(ctx context.Context, channels []Channel) {
	now := w.o.Now()
	var later []Notice
	for _, n := range w.own.waiting {
		c := find(channels, n.Channel)
		if c == nil {
			continue
		}
		if n.Due.After(now) {
			later = append(later, n)
			continue
		}
		err := w.post(ctx, c, &n, w.o.Direct.Try)
		switch {
		case err == nil:
			w.count(c.Name, "sent")
		case n.Tries >= len(delays):
			w.count(c.Name, "given_up")
			w.o.Log.Error("an alert could not be told", "channel", c.Name, "alert", n.Title(), "error", err)
		default:
			w.count(c.Name, "retried")
			n.Due = now.Add(delays[n.Tries])
			n.Tries++
			later = append(later, n)
		}
	}
	w.own.waiting = later
}
