package plugin

// Hot path.

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// epoch is what times are counted from here: to ask how long ago something was costs
// less than to ask what time it is.
var epoch = time.Now()

func now() time.Duration { return time.Since(epoch) }

// limit is the context of one call of a hook, which ends when the hook's time is over.
// Most hooks never ask for that, so the timer is made when somebody does.
type limit struct {
	until time.Duration // since epoch
	asked atomic.Bool   // somebody waits, or has waited, for the end
	over  atomic.Bool

	mu    sync.Mutex
	done  chan struct{}
	timer *time.Timer
}

// Deadline implements context.Context.
func (l *limit) Deadline() (time.Time, bool) { return epoch.Add(l.until), true }

// Value implements context.Context.
func (*limit) Value(any) any { return nil }

// Err implements context.Context.
func (l *limit) Err() error {
	switch {
	case now() >= l.until:
		return context.DeadlineExceeded
	case l.over.Load():
		return context.Canceled
	}
	return nil
}

// Done implements context.Context.
func (l *limit) Done() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done == nil {
		l.asked.Store(true)
		l.done = make(chan struct{})
		done := l.done
		l.timer = time.AfterFunc(l.until-now(), func() { l.end(done) })
	}
	return l.done
}

func (l *limit) end(done chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done == done && !l.over.Swap(true) {
		close(done)
	}
}

// finish ends the context behind its hook. It says whether it may serve another one:
// nobody has been given its channel.
func (l *limit) finish() bool {
	if !l.asked.Load() {
		return true
	}
	l.timer.Stop()
	l.end(l.done)
	return false
}
