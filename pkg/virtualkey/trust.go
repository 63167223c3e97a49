package virtualkey

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// trust says until when what is known of keys is known to be good. An epoch is a time
// in which changes were heard; where some may have been missed, another begins.
type trust struct {
	current atomic.Pointer[epoch]

	mu    sync.Mutex
	ended []epoch // those that a key may still be believed from while the source is away
}

type epoch struct {
	number    int64
	confirmed time.Time // every change of before then was heard
}

// now returns the epoch that is under way.
func (t *trust) now() (number int64, confirmed time.Time) {
	if e := t.current.Load(); e != nil {
		return e.number, e.confirmed
	}
	return 0, time.Time{}
}

func (t *trust) confirm(before time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	number, _ := t.now()
	t.current.Store(&epoch{number, before})
}

// end begins another epoch.
func (t *trust) end(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	number, confirmed := t.now()
	t.ended = slices.DeleteFunc(t.ended, func(e epoch) bool { return now.Sub(e.confirmed) >= staleFor })
	if !confirmed.IsZero() {
		t.ended = append(t.ended, epoch{number, confirmed})
	}
	t.current.Store(&epoch{number: number + 1})
}

// goodUntil returns until when a key was known to be as it was read, in an epoch.
func (t *trust) goodUntil(read time.Time, number int64) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	current, confirmed := t.now()
	for _, e := range t.ended {
		if e.number == number {
			current, confirmed = e.number, e.confirmed
		}
	}
	if current == number && confirmed.After(read) {
		return confirmed
	}
	return read
}
