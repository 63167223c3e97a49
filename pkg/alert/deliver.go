package alert

import (
	"context"
	"errors"
	"time"
)

// Queue delivers webhooks in time, whatever process dies; *webhook.Queue does.
type Queue interface {
	Notify(ctx context.Context, url, id string, body []byte) error
}

// Direct tries a webhook once, now; *webhook.Sender does.
type Direct interface {
	Try(ctx context.Context, url, id string, body []byte) error
}

// delays are the pauses after each try at a channel; the tries of a webhook that is
// queued are the queue's.
var delays = []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour}

// post hands a notice to its channel. An error says what the channel is told of why.
func (w *Watcher) post(ctx context.Context, c *Channel, n *Notice, send func(ctx context.Context, url, id string, body []byte) error) error {
	var body []byte
	var err error
	switch c.Type {
	case "email":
		return w.mail.Send(ctx, &c.smtp, letter(n))
	case "slack":
		body, err = slack(n)
	default:
		body, err = payload(n)
	}
	if err != nil {
		return err
	}
	return send(ctx, c.url.Reveal(), n.ID, body)
}

// deliver hands over the notices that are due, as long as its turn lasts.
func (w *Watcher) deliver(ctx context.Context, r Record, channels []Channel) error {
	const atOnce, turn = 50, 20 * time.Second
	due, err := r.Due(ctx, w.o.Now(), atOnce)
	if err != nil {
		return err
	}
	began := time.Now()
	for i := range due {
		if time.Since(began) > turn {
			return nil
		}
		n := &due[i]
		if err := w.handOver(ctx, r, find(channels, n.Channel), n); err != nil {
			return err
		}
	}
	return nil
}

// handOver hands a notice over, or puts it off, or gives it up.
func (w *Watcher) handOver(ctx context.Context, r Record, c *Channel, n *Notice) error {
	if c == nil { // it was removed
		return r.Done(ctx, n.ID)
	}
	err := w.post(ctx, c, n, w.o.Queue.Notify)
	switch {
	case err == nil:
		w.count(c.Name, "sent")
		return r.Done(ctx, n.ID)
	case ctx.Err() != nil:
		return ctx.Err()
	case n.Tries >= len(delays):
		w.count(c.Name, "given_up")
		w.o.Log.Error("an alert could not be told", "channel", c.Name, "alert", n.Title(), "error", err)
		return r.Done(ctx, n.ID)
	}
	w.count(c.Name, "retried")
	w.o.Log.Warn("an alert could not be told; it will be tried again", "channel", c.Name, "alert", n.Title(), "error", err)
	n.Due = w.o.Now().Add(delays[n.Tries])
	n.Tries++
	return r.Put(ctx, n)
}

// ErrNoChannel says that no channel of this name is on.
var ErrNoChannel = errors.New("alert: no such channel")

// Test sends a test to a channel, now, and tells why it could not.
func (w *Watcher) Test(ctx context.Context, channels []Channel, name string) error {
	c := find(channels, name)
	if c == nil {
		return ErrNoChannel
	}
	now := w.o.Now()
	a := Alert{
		ID: newID(now), Rule: "test", Kind: "test", Severity: Info, Subject: name, State: Firing, Started: now, Fired: now,
		Summary: "This is a test of the channel " + Plain(name, maxSubject) + ".",
	}
	n := &Notice{ID: "alert-" + a.ID, Channel: name, Status: Firing, Alerts: []Alert{a}, At: now, Test: true}
	err := w.post(ctx, c, n, w.o.Direct.Try)
	if err != nil {
		w.count(name, "test_failed")
		return err
	}
	w.count(name, "test_sent")
	return nil
}

func (w *Watcher) count(channel, outcome string) {
	w.o.Metrics.AlertNotifications.WithLabelValues(channel, outcome).Inc()
}
