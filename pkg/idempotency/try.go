package idempotency

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/bus"
)

// try is a request that looks for its answer.
type try struct {
	*Store
	kv    jetstream.KeyValue
	id    string
	print []byte
	// joined is the claim that the try has seen running: its answer, even if it is a
	// failure, is the try's own.
	joined string
}

// claim takes the key in the place of a revision, 0 for none. It returns nil if
// somebody else was faster.
func (t *try) claim(ctx context.Context, revision uint64) (*Claim, error) {
	e := entry{State: running, Claim: newClaim(), Node: t.conn.Node(), Print: t.print, revision: revision}
	won, err := t.write(ctx, t.kv, t.id, &e)
	if err != nil || !won {
		return nil, err
	}
	return t.hold(t.kv, t.id, e), nil
}

// join waits for the answer of the call that somebody else makes. If that one fails
// before the try has come to know of it, the try makes the call itself.
func (t *try) join(ctx context.Context) (*Claim, *Answer, error) {
	changed := make(chan struct{}, 1)
	sub, err := t.conn.Control.NATS.Subscribe(bus.IdempotencyChanged.At(t.id), func(*nats.Msg) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	if err == nil { // else it looks by itself
		defer sub.Unsubscribe() //nolint:errcheck // it ends with the connection otherwise
	}
	look := time.NewTicker(t.look)
	defer look.Stop()
	began := time.Now()
	var seen uint64
	for heard := began; ; {
		death := t.deaths.next()
		e, err := t.read(ctx, t.kv, t.id)
		if e != nil && e.revision != seen {
			seen, heard = e.revision, time.Now()
		}
		switch {
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		case err != nil || e != nil && e.State == running:
			if t.overdue(e, began, heard) {
				return nil, nil, t.giveUp(ctx, e)
			}
		}
		if err == nil {
			claim, answer, err := t.settled(ctx, e)
			if claim != nil || answer != nil || err != nil {
				return claim, answer, err
			}
		}
		select {
		case <-changed:
		case <-death:
		case <-look.C:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// overdue says whether nothing is to be expected of the call any more. At once, if
// its node died while the try was waiting. Of a death that was told before, it is not
// known whether it ended this call, or one before it on a node of the same name.
func (t *try) overdue(e *entry, began, heard time.Time) bool {
	patience := t.silence
	if e != nil {
		switch died := t.deaths.of(e.Node); {
		case died.IsZero():
		case died.After(began):
			return true
		default:
			patience = t.doubt
		}
	}
	return time.Since(heard) >= patience
}

// settled returns what an entry means for the try; nothing at all while it has to wait.
func (t *try) settled(ctx context.Context, e *entry) (*Claim, *Answer, error) {
	switch {
	case e == nil:
		return t.again(ctx, 0)
	case e.State == failed && e.Claim != t.joined:
		return t.again(ctx, e.revision)
	case !bytes.Equal(e.Print, t.print):
		return nil, nil, reused()
	}
	switch e.State {
	case done, failed:
		a, err := t.open(ctx, t.id, e)
		if err != nil {
			if ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			t.log.Warn("a kept answer cannot be read", "error", err)
			return nil, nil, lost()
		}
		return nil, a, nil
	case tooLarge:
		return nil, nil, conflict(api.Errorf(api.KindInvalid, "idempotency_answer_too_large", "The call with this idempotency key was answered, but its answer is too large to be told again."))
	case unknown:
		return nil, nil, lost()
	}
	t.joined = e.Claim
	return nil, nil, nil
}

// again tries to take the key; if somebody else was faster, the next look tells.
func (t *try) again(ctx context.Context, revision uint64) (*Claim, *Answer, error) {
	claim, err := t.claim(ctx, revision)
	if err != nil {
		return nil, nil, t.away(ctx, err)
	}
	return claim, nil, nil
}

// giveUp notes that nothing is heard any more of the call, so that later tries need
// not wait to find out.
func (t *try) giveUp(ctx context.Context, e *entry) error {
	if e != nil {
		gone := entry{State: unknown, Claim: e.Claim, Node: e.Node, Print: e.Print, revision: e.revision}
		if won, err := t.write(ctx, t.kv, t.id, &gone); won || err != nil {
			t.log.Warn("the call of an idempotency key is lost", "node", e.Node, "error", err)
		}
	}
	return lost()
}

func lost() *api.Error {
	return conflict(api.Errorf(api.KindInvalid, "idempotency_unknown", "The call with this idempotency key may have been made and paid for, but its answer is lost. Use another key to make it anew."))
}

func reused() *api.Error {
	return conflict(api.Errorf(api.KindInvalid, "idempotency_key_reused", "This idempotency key was used for another request. Use a new one for each request."))
}

func conflict(err *api.Error) *api.Error {
	err.Status = http.StatusConflict
	return err
}
