package gateway

import (
	"sync/atomic"
	"time"
)

const (
	restAfter = 3                // failures in a row
	restFor   = 10 * time.Second // until it is tried again, by one call
)

// rest lets a model rest that fails, so that it does not hold up each call for which it is
// of use but not needed. The zero value is ready. Safe for concurrent use.
type rest struct {
	failures atomic.Int32
	until    atomic.Int64 // Unix nanoseconds; 0 while it does not rest
}

// over says whether the model may be asked. When its rest is over one call may, and the others
// when that has passed.
func (r *rest) over(now time.Time) bool {
	until := r.until.Load()
	return until == 0 || now.UnixNano() >= until && r.until.CompareAndSwap(until, now.Add(restFor).UnixNano())
}

// passed notes that it has answered.
func (r *rest) passed() {
	r.failures.Store(0)
	r.until.Store(0)
}

// failed notes that it has not. It reports whether a rest begins by that.
func (r *rest) failed(now time.Time) bool {
	if r.failures.Add(1) < restAfter {
		return false
	}
	return r.until.Swap(now.Add(restFor).UnixNano()) == 0
}
