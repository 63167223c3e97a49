package mcp

import (
	"math/rand/v2"
	"time"
)

// Wait is how long to wait.
type Wait = time.Duration

const backoffFirst, backoffMost = time.Second, time.Minute

// backoff doubles from a second to a minute, with up to a quarter of chance, so that not
// all nodes come back to a server at once.
func backoff(failures int) Wait {
	d := backoffMost
	if failures < 6 {
		d = backoffFirst << max(failures-1, 0)
	}
	return d - rand.N(d/4+1)
}

// pause waits, and says whether it came to its end. Somebody who asks for it ends it.
func (c *client) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.again:
		return true
	case <-c.life.Done():
		return false
	}
}
