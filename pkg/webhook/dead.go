package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// ErrNotDead says that there is no dead letter of this delivery.
var ErrNotDead = errors.New("webhook: no such dead letter")

// Dead is a delivery that was given up.
type Dead struct {
	// Sequence is its place among the dead letters.
	Sequence uint64
	ID       string
	// Host is where it was to go, without the rest of the address, which may hold a
	// token; "" if the letter cannot be read.
	Host   string
	Reason string
	Bytes  int // of the body
	Since  time.Time
}

// Dead returns deliveries that were given up, the oldest first: at most so many, of
// those behind a place among them.
func (q *Queue) Dead(ctx context.Context, behind uint64, limit int) ([]Dead, error) {
	s, err := q.letters(ctx)
	if err != nil {
		return nil, err
	}
	var found []Dead
	for len(found) < limit {
		m, err := s.GetMsg(ctx, behind+1, jetstream.WithGetMsgSubject(bus.DeadWebhook.All()))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read dead webhooks: %w", err)
		}
		behind = m.Sequence
		if letter, ok := q.letter(m); ok {
			found = append(found, letter)
		}
	}
	return found, nil
}

// letter reads a dead letter, as far as it can be.
func (q *Queue) letter(m *jetstream.RawStreamMsg) (Dead, bool) {
	values, ok := bus.DeadWebhook.Values(m.Subject)
	if !ok || len(values) != 1 {
		return Dead{}, false
	}
	l := Dead{Sequence: m.Sequence, ID: values[0], Reason: m.Header.Get(bus.HeaderReason), Since: m.Time}
	if d, err := open(q.key, bus.WebhookSend.At(l.ID), m.Data); err == nil {
		l.Bytes = len(d.body)
		if u, err := url.Parse(d.URL); err == nil {
			l.Host = u.Host
		}
	}
	return l, true
}

// Again has a delivery that was given up delivered after all: its tries begin anew.
// ErrNotDead if it was not given up.
func (q *Queue) Again(ctx context.Context, id string) error {
	s, m, err := q.find(ctx, id)
	if err != nil {
		return err
	}
	again := fmt.Sprintf("%s/again/%d", id, m.Sequence)
	if _, err := q.conn.Bulk.JS.Publish(ctx, bus.WebhookSend.At(id), m.Data, jetstream.WithMsgID(again)); err != nil {
		return fmt.Errorf("queue webhook %s again: %w", id, err)
	}
	return takeAway(ctx, s, m)
}

// Forget takes a dead letter away. ErrNotDead if it is not there.
func (q *Queue) Forget(ctx context.Context, id string) error {
	s, m, err := q.find(ctx, id)
	if err != nil {
		return err
	}
	return takeAway(ctx, s, m)
}

func takeAway(ctx context.Context, s jetstream.Stream, m *jetstream.RawStreamMsg) error {
	if err := s.DeleteMsg(ctx, m.Sequence); err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
		return fmt.Errorf("take a dead webhook away: %w", err)
	}
	return nil
}

func (q *Queue) letters(ctx context.Context) (jetstream.Stream, error) {
	s, err := q.conn.Bulk.JS.Stream(ctx, bus.DeadLetters.Name)
	if err != nil {
		return nil, fmt.Errorf("open dead letters: %w", err)
	}
	return s, nil
}

// find returns the newest dead letter of a delivery.
func (q *Queue) find(ctx context.Context, id string) (jetstream.Stream, *jetstream.RawStreamMsg, error) {
	if (delivery{ID: id}).check() != nil {
		return nil, nil, ErrNotDead
	}
	s, err := q.letters(ctx)
	if err != nil {
		return nil, nil, err
	}
	m, err := s.GetLastMsgForSubject(ctx, bus.DeadWebhook.At(id))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil, ErrNotDead
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read dead webhook %s: %w", id, err)
	}
	return s, m, nil
}

// leave leaves a dead letter: the delivery as it was sealed. round tells one that was
// given up again from the one before.
func leave(ctx context.Context, conn *bus.Conn, id string, sealed []byte, round uint64, reason string) error {
	m := nats.NewMsg(bus.DeadWebhook.At(id))
	m.Data = sealed
	m.Header.Set(bus.HeaderReason, reason)
	_, err := conn.Bulk.JS.PublishMsg(ctx, m, jetstream.WithMsgID(fmt.Sprintf("%s/%d", m.Subject, round)))
	return err
}
