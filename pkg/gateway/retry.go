package gateway

import (
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// retryBudget keeps repeated tries from multiplying an outage: each first try
// earns a part of a retry, each retry costs a whole one. Safe for concurrent use.
type retryBudget struct{ balance atomic.Int64 }

// Retries may be 9 % of the traffic, and 10 may be saved up, so that of 1,000
// calls to a provider that fails each time at most 1,100 reach it.
const (
	retryCost   = 100
	retryEarned = 9
	retrySaved  = 10 * retryCost
)

func newRetryBudget() *retryBudget {
	b := &retryBudget{}
	b.balance.Store(retrySaved)
	return b
}

func (b *retryBudget) earn() {
	if b.balance.Load() < retrySaved {
		b.balance.Add(retryEarned)
	}
}

func (b *retryBudget) take() bool {
	if b.balance.Add(-retryCost) >= 0 {
		return true
	}
	b.balance.Add(retryCost)
	return false
}

// again decides whether the same provider may be tried once more after err, and
// how long to wait before. otherKey says that the key is at fault, and another one
// has not been tried and is in use.
func (c *Call) again(p *Provider, err *api.Error, try int, otherKey bool) (wait time.Duration, ok bool) {
	if c.over() || c.shadow || c.Relay.spent || !retryable(err) || err.Sent == api.SentMaybe && !p.retryAmbiguous {
		return 0, false
	}
	if otherKey && (keyFault(err) || p.retries.take()) {
		return 0, true // the cool-down of a key that is refused bounds this, not the retry budget
	}
	if err.Kind == api.KindAuthentication || err.Kind == api.KindPermission || err.Kind == api.KindBilling {
		return 0, false
	}
	if try >= p.maxRetries || !p.retries.take() {
		return 0, false
	}
	wait = max(backoff(p.backoffInitial, p.backoffMax, try), err.RetryAfter)
	return wait, time.Until(c.deadline) > wait
}

// retryable says whether a second try could end otherwise than err.
func retryable(err *api.Error) bool {
	if err.Sent == api.SentNo {
		return err.Kind == api.KindUnavailable || err.Kind == api.KindTimeout
	}
	switch status := err.HTTPStatus(); status {
	case 408, 425, 429:
		return true
	default:
		return status >= 500 || keyFault(err)
	}
}

// keyFault says whether err is about the key that was used, so that another may do.
func keyFault(err *api.Error) bool {
	if err.Sent != api.SentYes {
		return false
	}
	switch err.HTTPStatus() {
	case 401, 402, 403, 429:
		return true
	}
	return false
}

// mayFallBack says whether another candidate should be asked after err. Not when
// the request itself is wrong: it would be wrong there too, and the caller should hear of it.
func (c *Call) mayFallBack(err *api.Error) bool {
	switch err.Kind {
	case api.KindInvalid, api.KindTooLarge, api.KindCanceled, api.KindMethod:
		return false
	}
	if c.plugged != nil && c.plugged.run.Call.IsFinal(err) {
		return false
	}
	return !c.over() && !c.Relay.spent && time.Now().Before(c.deadline)
}

// backoff returns a wait between half and the whole of initial × 2^try, at most limit.
func backoff(initial, limit time.Duration, try int) time.Duration {
	d := initial << min(try, 20)
	if d > limit || d <= 0 {
		d = limit
	}
	if d <= 1 {
		return d
	}
	return d/2 + rand.N(d/2)
}
