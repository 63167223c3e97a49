package idempotency

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Claim is the right, and the duty, to make the call of a key. End it, once, with
// Done, Failed, TooLarge or Abandon; meanwhile it shows that its node lives.
type Claim struct {
	store *Store
	kv    jetstream.KeyValue
	id    string
	entry entry
	stop  chan struct{}
	beats sync.WaitGroup
}

func (s *Store) hold(kv jetstream.KeyValue, id string, e entry) *Claim {
	c := &Claim{store: s, kv: kv, id: id, entry: e, stop: make(chan struct{})}
	c.beats.Go(c.beat)
	return c
}

// beat writes the entry anew now and then: who waits sees its revision grow, and so
// needs no clock that agrees with this one.
func (c *Claim) beat() {
	tick := time.NewTicker(c.store.beat)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-c.stop:
			return
		}
		// A beat that fails is one missed; what is in the way is found at the end.
		_, _ = c.store.write(context.Background(), c.kv, c.id, &c.entry)
	}
}

// Done keeps the answer for the tries that are still to come.
func (c *Claim) Done(a *Answer) { c.end(done, a) }

// Failed tells the answer to those who wait for it. The next try makes the call anew.
func (c *Claim) Failed(a *Answer) { c.end(failed, a) }

// TooLarge says that there was an answer, of more than MaxAnswerBytes.
func (c *Claim) TooLarge() { c.end(tooLarge, nil) }

// Abandon says that nothing is known of the call.
func (c *Claim) Abandon() { c.end(unknown, nil) }

// end writes the outcome. If it cannot be written the claim goes silent, and those
// who wait give it up.
func (c *Claim) end(as state, a *Answer) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*c.store.patience)
	defer cancel()
	kept := entry{Claim: c.entry.Claim} // meanwhile the beats go on: a large answer takes its time
	if a != nil {
		if err := c.store.keep(ctx, c.id, &kept, a); err != nil {
			c.store.log.Warn("the answer of an idempotency key is not kept", "error", err)
			kept = entry{}
			if as == done {
				as = unknown // and never paid for again
			}
		}
	}
	close(c.stop)
	c.beats.Wait()
	e := c.entry
	e.State, e.Answer, e.Object = as, kept.Answer, kept.Object
	if err := c.write(ctx, &e); err != nil {
		c.store.log.Warn("the outcome of an idempotency key is not kept", "error", err)
	}
}

// write writes the entry over whatever was written for this claim: a beat of which
// the answer was lost, or the word of somebody who has given it up.
func (c *Claim) write(ctx context.Context, e *entry) error {
	for {
		won, err := c.store.write(ctx, c.kv, c.id, e)
		if err != nil || won {
			return err
		}
		now, err := c.store.read(ctx, c.kv, c.id)
		if err != nil {
			return err
		}
		if now == nil || now.Claim != e.Claim {
			return nil // it has expired, and is somebody else's
		}
		e.revision = now.revision
	}
}
