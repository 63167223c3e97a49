package access

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// TokenSource gets a token and says until when it is good.
type TokenSource func(ctx context.Context) (token string, until time.Time, err error)

// early is how long before its end a token is replaced, slow how long that may take,
// and pause how long nobody asks again after there was none.
const (
	early = 5 * time.Minute
	slow  = 10 * time.Second
	pause = time.Second
)

// Bearer is a Signer with a token that it gets anew before it ends. Where that
// fails the old one is used up.
type Bearer struct {
	Source TokenSource

	now     atomic.Pointer[bearerToken]
	getting sync.Mutex
	failure error     // of the last try, under getting
	again   time.Time // before this, failure is the answer
}

type bearerToken struct {
	field []byte // the whole header field
	until time.Time
	renew time.Time
}

// AppendAuth implements Signer.
func (b *Bearer) AppendAuth(dst []byte, r *Request) ([]byte, error) {
	now := time.Now()
	t := b.now.Load()
	switch {
	case t != nil && now.Before(t.renew):
		return append(dst, t.field...), nil
	case t != nil && now.Before(t.until):
		if !b.getting.TryLock() { // another request sees to it
			return append(dst, t.field...), nil
		}
	default:
		b.getting.Lock()
	}
	defer b.getting.Unlock()
	if newer := b.now.Load(); newer != t && newer != nil && now.Before(newer.until) {
		return append(dst, newer.field...), nil
	}
	if now.Before(b.again) && (t == nil || !now.Before(t.until)) {
		return dst, b.failure
	}
	fresh, err := b.get(earlier(r.Until, now.Add(slow)))
	switch {
	case err == nil:
		b.now.Store(fresh)
		return append(dst, fresh.field...), nil
	case t != nil && now.Before(t.until):
		// It is asked for again once a while, not by each request.
		b.now.Store(&bearerToken{t.field, t.until, now.Add(slow)})
		return append(dst, t.field...), nil
	}
	b.failure, b.again = err, time.Now().Add(pause)
	return dst, err
}

func (b *Bearer) get(until time.Time) (*bearerToken, error) {
	ctx, cancel := context.WithDeadline(context.Background(), until)
	defer cancel()
	token, end, err := b.Source(ctx)
	if err != nil {
		return nil, fmt.Errorf("get a token: %w", err)
	}
	renew := end.Add(-early)
	if left := time.Until(end); left < 2*early { // a short-lived one
		renew = end.Add(-left / 2)
	}
	return &bearerToken{[]byte("Authorization: Bearer " + token + "\r\n"), end, renew}, nil
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
