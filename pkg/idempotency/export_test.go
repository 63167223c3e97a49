package idempotency

import (
	"context"
	"time"

	"github.com/asbru-gateway/asbru/pkg/bus"
)

// Hasten makes a store look often, so that it loses its patience soon after silence.
func (s *Store) Hasten(silence time.Duration) {
	s.beat, s.silence, s.look = 20*time.Millisecond, silence, 20*time.Millisecond
}

// NeverLosePatience makes a store wait without end, unless it is told of a death.
func (s *Store) NeverLosePatience() { s.silence = time.Hour }

// KnowsDeadNode says whether a store was told that a node is gone.
func (s *Store) KnowsDeadNode(node string) bool { return !s.deaths.of(node).IsZero() }

// Die ends a claim as the death of its node does.
func (c *Claim) Die() {
	close(c.stop)
	c.beats.Wait()
}

// Join makes a try find that somebody else makes the call. What it returns waits for
// the answer.
func (s *Store) Join(ctx context.Context, r Request) (wait func() (*Claim, *Answer, error)) {
	t, e := s.find(ctx, r)
	if claim, answer, err := t.settled(ctx, e); claim != nil || answer != nil || err != nil {
		panic("the call is not running")
	}
	return func() (*Claim, *Answer, error) { return t.join(ctx) }
}

// GiveUp gives up the claim of a request.
func (s *Store) GiveUp(ctx context.Context, r Request) error {
	t, e := s.find(ctx, r)
	return t.giveUp(ctx, e)
}

func (s *Store) find(ctx context.Context, r Request) (*try, *entry) {
	kv, err := s.conn.Control.Bucket(ctx, bus.Idempotency)
	if err != nil {
		panic(err)
	}
	t := newTry(s, kv, s.mac, &r)
	e, err := t.read(ctx, kv, t.id)
	if err != nil {
		panic(err)
	}
	return t, e
}
