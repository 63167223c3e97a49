package external

import (
	"errors"
	"sync/atomic"
	"time"
)

// A circuit opens after so many failures in a row, for so long. Then one call finds out
// whether the program is back.
const (
	openAfter = 5
	openFor   = 5 * time.Second
)

var errOpen = errors.New("it has not answered lately, and is not asked for a few seconds")

// circuit keeps calls from waiting for a program that does not answer. The zero value is
// closed. Safe for concurrent use.
type circuit struct {
	failures atomic.Int32
	until    atomic.Int64 // Unix nanoseconds
}

// enter says whether the program may be asked.
func (c *circuit) enter(now time.Time) error {
	if c.failures.Load() < openAfter {
		return nil
	}
	until := c.until.Load()
	if now.UnixNano() < until || !c.until.CompareAndSwap(until, now.Add(openFor).UnixNano()) {
		return errOpen
	}
	return nil
}

// leave takes how it went.
func (c *circuit) leave(err error, now time.Time) {
	if err == nil {
		c.failures.Store(0)
		return
	}
	if c.failures.Add(1) == openAfter {
		c.until.Store(now.Add(openFor).UnixNano())
	}
}
