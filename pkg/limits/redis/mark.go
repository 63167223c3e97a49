package redis

import (
	"context"
	"sync/atomic"
	"time"
)

// mark is whether the mark of restored counts is to be there when a call is counted.
// Where it is not, Redis has lost its data, and each limit's policy decides until
// they are restored. A node that has never seen it does not ask for it: nobody may
// restore counts here.
type mark struct {
	seen atomic.Bool
	gone time.Time // when it was first missed; of the background alone
}

// unrestored is how long counts may take to be restored. After that they begin anew.
const unrestored = 15 * time.Second

// note takes into account whether the mark is there, and says whether it was given up.
func (m *mark) note(there bool, now time.Time) (givenUp bool) {
	switch {
	case there:
		m.gone = time.Time{}
		m.seen.Store(true)
	case !m.seen.Load():
	case m.gone.IsZero():
		m.gone = now
	case now.Sub(m.gone) >= unrestored:
		m.gone = time.Time{}
		m.seen.Store(false)
		return true
	}
	return false
}

// lookForMark looks whether Redis has its data. In Redis Cluster no script can.
func (r *Limiter) lookForMark(ctx context.Context) {
	if r.redis.Cluster() {
		return
	}
	n, err := r.redis.Raw().Exists(ctx, restoredKey).Result()
	if err == nil && r.mark.note(n > 0, time.Now()) {
		r.options.Log.Warn("redis has lost its counts, and nobody restores them: they begin anew")
	}
}

// needed is the mark without which a script is to count nothing, "" for none.
func (m *mark) needed() string {
	if m.seen.Load() {
		return restoredKey
	}
	return ""
}
