package account

import (
	"sync"
	"time"
)

// How many sign-ins may fail in a window: with one name, and from one address, behind
// which there may be many people.
const (
	throttleWindow = 5 * time.Minute
	nameAttempts   = 10
	addrAttempts   = 50
	throttleKept   = 10_000
)

// throttle bounds sign-ins that fail. Safe for concurrent use.
type throttle struct {
	mu   sync.Mutex
	seen map[string]*attempts
}

type attempts struct {
	count int
	until time.Time
}

func newThrottle() *throttle { return &throttle{seen: map[string]*attempts{}} }

// attempt counts a sign-in before it is looked at, so that many at once are not let
// through together. It returns how long to wait if there were too many; that is not
// counted again.
func (t *throttle) attempt(now time.Time, name, address string) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	byName, byAddress := t.of(now, "n:"+name), t.of(now, "a:"+address)
	if byName.count >= nameAttempts {
		wait = byName.until.Sub(now)
	}
	if byAddress.count >= addrAttempts {
		wait = max(wait, byAddress.until.Sub(now))
	}
	if wait == 0 {
		byName.count++
		byAddress.count++
	}
	return wait
}

// forgive takes back what a sign-in that was right has counted.
func (t *throttle) forgive(name, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.seen, "n:"+name)
	if a := t.seen["a:"+address]; a != nil && a.count > 0 {
		a.count--
	}
}

func (t *throttle) of(now time.Time, key string) *attempts {
	a := t.seen[key]
	if a == nil || !now.Before(a.until) {
		if len(t.seen) >= throttleKept {
			t.sweep(now)
		}
		a = &attempts{until: now.Add(throttleWindow)}
		t.seen[key] = a
	}
	return a
}

// sweep forgets what is over, or, if nothing is, everything: memory is bounded.
func (t *throttle) sweep(now time.Time) {
	for key, a := range t.seen {
		if !now.Before(a.until) {
			delete(t.seen, key)
		}
	}
	if len(t.seen) >= throttleKept {
		clear(t.seen)
	}
}
